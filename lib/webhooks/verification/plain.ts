/** Schemes that belong to no provider: whoever sends is told what to send. */
import type { Encoding, Hash, KeyReader } from "./algorithms.ts";
import { decode, hexKey, hmac, textKey } from "./algorithms.ts";
import { inHeader, inHeaders, inPairs } from "./carriers.ts";
import { sameText } from "./request.ts";
import { authorization, shown, signed, template } from "./schemes.ts";
import type { Carrier } from "./carriers.ts";
import { inQuery } from "./carriers.ts";
import type { TimeUnit } from "./times.ts";
import type { Refused, Scheme, Settings, SettingsFault } from "./types.ts";
import { refuse } from "./types.ts";

const claimNothing = { signatures: [], timestamp: null, id: "" };

/** Whoever knows the URL may send. */
export const none: Scheme = {
  asymmetric: false,
  recipe: null,
  toleranceMs: () => null,
  claim: () => claimNothing,
  check: () => "match",
  sign: (_, draft) => ({ method: draft.method, url: draft.url, body: draft.body, headers: { "content-type": draft.contentType } }),
};

/** A scheme whose place depends on the source's settings. */
export const placedBy = (carrierOf: (settings: Settings) => Carrier): Carrier => ({
  timestampOf: () => "",
  read: (request, settings) => carrierOf(settings).read(request, settings),
  write: (signature, timestamp, draft, settings) => carrierOf(settings).write(signature, timestamp, draft, settings),
});

export const tokenInUrl: Scheme = shown(placedBy((settings) => inQuery(settings["parameter"] || "token")));
export const bearer: Scheme = shown(authorization("Bearer"));
export const apiKey: Scheme = shown(
  placedBy((settings) => inHeader([(settings["header"] || "x-api-key").toLowerCase()], { prefix: settings["prefix"] ?? "" })),
);

const basicCarrier = authorization("Basic");

/** RFC 7617; the secret is the password. */
export const basic: Scheme = {
  ...shown(basicCarrier),
  recipe: null,
  claim: (request, settings) => {
    const claim = basicCarrier.read(request, settings);
    if ("reason" in claim) return claim;
    const bytes = decode(claim.signatures[0] ?? "", "base64");
    return bytes === null ? refuse("malformed", "The Basic credentials are no base64") : { ...claim, signatures: [bytes.toString("utf8")] };
  },
  check: (secret, claim, { settings }) =>
    sameText(claim.signatures[0] ?? "", `${settings["username"] ?? ""}:${secret}`)
      ? "match"
      : refuse("bad_signature", "The request shows another user name or password"),
  sign: (secret, draft, settings) => {
    const credentials = Buffer.from(`${settings["username"] ?? ""}:${secret}`).toString("base64");
    const { headers } = basicCarrier.write(credentials, "", draft, settings);
    return { method: draft.method, url: draft.url, body: draft.body, headers: { "content-type": draft.contentType, ...headers } };
  },
};

export const hashes = ["sha1", "sha256", "sha512"] as const satisfies readonly Hash[];
export const encodings = ["hex", "base64", "base64url"] as const satisfies readonly Encoding[];
export const keyEncodings = ["text", "base64", "hex"] as const;
/** What stands between several signatures, or pairs, in one header. */
export const separators = { none: undefined, comma: ",", semicolon: ";", space: " " } as const;
export const timestampUnits = { auto: "any", s: "s", ms: "ms", iso: "iso" } as const satisfies Record<string, TimeUnit>;
export const defaultTemplate = "{body}";

/** HMAC as the source's settings describe it. */
export const genericHmac: Scheme = {
  asymmetric: false,
  recipe: null,
  toleranceMs: (settings) => {
    const seconds = toleranceSecondsOf(settings);
    return seconds === null ? null : { past: seconds * 1000, future: seconds * 1000 };
  },
  claim: (request, settings) => {
    const scheme = built(settings);
    return "fault" in scheme ? misconfigured(scheme) : scheme.claim(request, settings);
  },
  check: (secret, claim, context) => {
    const scheme = built(context.settings);
    return "fault" in scheme ? misconfigured(scheme) : scheme.check(secret, claim, context);
  },
  sign: (secret, draft, settings) => {
    const scheme = built(settings);
    return "fault" in scheme ? misconfigured(scheme) : scheme.sign(secret, draft, settings);
  },
};

const misconfigured = ({ fault }: SettingsFault): Refused => refuse("misconfigured", fault);

/** Settings that can't be meant so; without a header they are only incomplete yet. */
export function hmacFault(settings: Settings): SettingsFault | null {
  if (!settings["header"]) return null;
  const scheme = built(settings);
  return "fault" in scheme ? scheme : null;
}

export const apiKeyFault = ({ header = "" }: Settings): SettingsFault | null =>
  header === "" || headerName.test(header.toLowerCase()) ? null : { name: "header", fault: "It is no valid name of a header" };

export const headerName = /^[!#$%&'*+.^_`|~0-9a-z-]{1,128}$/;

function built(settings: Settings): Scheme | SettingsFault {
  const headers = namesIn(settings["header"] ?? "");
  if (headers.length === 0 || !headers.every((name) => headerName.test(name)))
    return { name: "header", fault: "The signature's header has no valid name" };
  const hash = oneOf(hashes, settings["hash"] || "sha256");
  const encoding = oneOf(encodings, settings["encoding"] || "hex");
  const keyEncoding = oneOf(keyEncodings, settings["secretEncoding"] || "text");
  if (hash === null || encoding === null || keyEncoding === null) return { name: "hash", fault: "The hash or an encoding is unknown" };
  const text = settings["template"] || defaultTemplate;
  if (!text.includes("{body}")) return { name: "template", fault: "The signed content leaves out {body}, so anybody could change it" };
  const timestamp = (settings["timestampHeader"] ?? "").toLowerCase();
  const timeName = settings["timestampName"] ?? "";
  const id = (settings["idHeader"] ?? "").toLowerCase();
  const hasTime = timestamp !== "" || timeName !== "";
  if (text.includes("{timestamp}") !== hasTime)
    return { name: "timestampHeader", fault: "{timestamp} in the signed content and the timestamp's header or name belong together" };
  if (text.includes("{id}") !== (id !== ""))
    return { name: "idHeader", fault: "{id} in the signed content and the id's header belong together" };
  if (timestamp !== "" && !headerName.test(timestamp)) return { name: "timestampHeader", fault: "It is no valid name of a header" };
  if (id !== "" && !headerName.test(id)) return { name: "idHeader", fault: "It is no valid name of a header" };
  if (hasTime && toleranceSecondsOf(settings) === null)
    return { name: "toleranceSeconds", fault: "The tolerance must be 1 to 86,400 seconds" };
  const carrier = timeName === "" ? listed(headers, timestamp, id, settings) : paired(headers, timestamp, id, timeName, settings);
  if ("fault" in carrier) return carrier;
  return signed({ carrier, algorithm: hmac(hash, encoding, keyReaders[keyEncoding]), content: template(text) });
}

/** One signature, or several in one header or in several. */
function listed(headers: string[], timestamp: string, id: string, settings: Settings): Carrier | SettingsFault {
  const separator = separatorOf(settings, "none");
  const unit = unitOf(settings);
  if (separator === null || unit === null) return unknownChoice;
  const options = {
    prefix: settings["prefix"] ?? "",
    ...(timestamp === "" ? {} : { timestamp: { name: timestamp, unit } }),
    ...(id === "" ? {} : { id }),
  };
  if (headers.length === 1 && separator === undefined) return inHeader(headers, options);
  return inHeaders(headers, { ...options, ...(separator === undefined ? {} : { separator }) });
}

/** The time and the signatures as pairs in one header. */
function paired(headers: string[], timestamp: string, id: string, timeName: string, settings: Settings): Carrier | SettingsFault {
  const [header = "", ...others] = headers;
  const separator = separatorOf(settings, "comma");
  const unit = unitOf(settings);
  if (separator === null || unit === null) return unknownChoice;
  const prefix = settings["prefix"] ?? "";
  if (!/^[\w.-]+=$/.test(prefix))
    return { name: "prefix", fault: "With the time in the same header the prefix is the signature's name and =, as v1=" };
  if (!/^[\w.-]+$/.test(timeName) || `${timeName}=` === prefix) return { name: "timestampName", fault: "The time's name can't be that" };
  if (others.length > 0 || timestamp !== "" || id !== "" || separator === undefined)
    return {
      name: "timestampName",
      fault: "The time stands in the signature's header, so there is one header, a separator and no other for time or id",
    };
  return inPairs(header, { separator, time: timeName, signature: prefix.slice(0, -1), timed: true, unit });
}

const unknownChoice: SettingsFault = { name: "separator", fault: "The separator or the timestamp's unit is unknown" };

/** The separator that is set. Null: there is no such separator. */
function separatorOf(settings: Settings, usual: keyof typeof separators): string | undefined | null {
  const name = settings["separator"] || usual;
  return Object.hasOwn(separators, name) ? separators[name as keyof typeof separators] : null;
}

function unitOf(settings: Settings): TimeUnit | null {
  const name = settings["timestampUnit"] || "auto";
  return Object.hasOwn(timestampUnits, name) ? timestampUnits[name as keyof typeof timestampUnits] : null;
}

const namesIn = (text: string): string[] =>
  text
    .toLowerCase()
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");

const keyReaders: Record<(typeof keyEncodings)[number], KeyReader> = {
  text: textKey,
  hex: hexKey,
  base64: (secret) => decode(secret, "base64") ?? decode(secret, "base64url") ?? { bad: "It must be base64" },
};

function toleranceSecondsOf(settings: Settings): number | null {
  const text = settings["toleranceSeconds"] || "300";
  return /^[1-9]\d{0,4}$/.test(text) && Number(text) <= 86_400 ? Number(text) : null;
}

const oneOf = <const Value extends string>(values: readonly Value[], text: string): Value | null =>
  values.find((value) => value === text) ?? null;
