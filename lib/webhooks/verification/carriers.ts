/** Where a provider puts its signature, its time and its id in a request: read from one, and written to one. */
import { withJson } from "./jsonText.ts";
import { bodyOf, headerOf, parseTimestamp, queryOf } from "./request.ts";
import { parseTime, type TimeUnit, unitInWords, writeTime } from "./times.ts";
import type { Claim, Draft, IncomingRequest, Recipe, Refused, Settings } from "./types.ts";
import { refuse } from "./types.ts";

export type Carrier = {
  read: (request: IncomingRequest, settings: Settings) => Claim | Refused;
  /** The headers, URL and body that are added to the draft. `timestamp` is what `timestampOf` gave. */
  write: (signature: string, timestamp: string, draft: Draft, settings: Settings) => { headers?: Record<string, string>; url?: string };
  /** The moment as this provider writes it. */
  timestampOf: (nowMs: number, settings: Settings) => string;
  /** For providers that name time or id in the body. */
  prepare?: (draft: Draft) => Buffer;
  /** The carrier's part of a recipe; undefined: there is no recipe. */
  told?: Omit<Recipe, "hash" | "encoding" | "content">;
};

const untold = {
  bodyTime: null,
  bodyHash: null,
  alternatives: [] as Recipe["alternatives"],
  prefix: "",
  timestampHeader: null,
  timestampUnit: "s",
  idHeader: null,
  timestampName: "",
  signatureName: "",
  separator: "",
} as const;

export type TimestampHeader = { name: string; unit: TimeUnit };

/** A time that can be read in several ways, told in one. */
const toldUnit = (unit: TimeUnit): Recipe["timestampUnit"] =>
  unit === "either" ? "ms" : unit === "any" ? "s" : unit === "utc" ? "iso" : unit;

type HeaderOptions = { prefix?: string; timestamp?: TimestampHeader; id?: string; written?: string };

/**
 * A signature in one header (the first of `names` that is there), behind a prefix. Where the time is signed as well, it
 * has a header of its own. `written`: the name that the provider sends, if it is not the one to be looked for first.
 */
export function inHeader(names: string[], options: HeaderOptions = {}): Carrier {
  const { prefix = "", timestamp, id, written = names[0] ?? "" } = options;
  return {
    told: {
      ...untold,
      place: "header",
      name: written,
      prefix,
      timestampHeader: timestamp?.name ?? null,
      timestampUnit: toldUnit(timestamp?.unit ?? "s"),
      idHeader: id ?? null,
      alternatives: names.filter((name) => name !== written).map((name) => ({ place: "header", name, prefix })),
    },
    timestampOf: (nowMs) => writeTime(nowMs, timestamp?.unit ?? "s"),
    read: (request) => {
      const value = headerOf(request, ...names);
      if (typeof value !== "string") return value;
      const signature = behindPrefix(value, prefix, names[0] ?? "");
      if (typeof signature !== "string") return signature;
      const time = timestamp === undefined ? null : timestampIn(request, timestamp);
      if (time !== null && "reason" in time) return time;
      const idText = id === undefined ? "" : headerOf(request, id);
      return typeof idText === "string" ? { signatures: [signature], timestamp: time, id: idText } : idText;
    },
    write: (signature, time, draft) => ({
      headers: {
        [written]: `${prefix}${signature}`,
        ...(timestamp === undefined ? {} : { [timestamp.name]: time }),
        ...(id === undefined ? {} : { [id]: draft.id }),
      },
    }),
  };
}

/** A request with more signatures than this is no rotation of secrets, but work for nothing. */
const maximumSignatures = 32;

type SeveralOptions = { prefix?: string; separator?: string; timestamp?: TimestampHeader; id?: string };

/**
 * Several signatures, in all of `names` that are there: one in each, or behind a version each (`v1=…,v1=…`). Any may match.
 * What has another prefix is of another version, and passed over.
 */
export function inHeaders(names: string[], { separator, ...options }: SeveralOptions = {}): Carrier {
  const { prefix = "" } = options;
  const one = inHeader(names, options);
  return {
    ...one,
    read: (request, settings) => {
      const values = names.map((name) => headerOf(request, name));
      const found = values.filter((value) => typeof value === "string");
      const [first] = values;
      if (found.length === 0) return typeof first === "object" ? first : refuse("missing_header", "The signature's header is missing");
      const signatures = found
        .flatMap((value) => (separator === undefined ? [value] : value.split(separator).map((part) => part.trim())))
        .flatMap((part) => (part.startsWith(prefix) && part.length > prefix.length ? [part.slice(prefix.length)] : []));
      if (signatures.length === 0 || signatures.length > maximumSignatures)
        return refuse("malformed", `The header ${names.join(" or ")} has no signature${prefix === "" ? "" : ` behind ${prefix}`}`);
      const headers = { ...request.headers, [names[0] ?? ""]: `${prefix}${signatures[0]}` };
      const claim = one.read({ ...request, headers }, settings);
      return "reason" in claim ? claim : { ...claim, signatures };
    },
  };
}

/** Numbered headers, one for each secret in use: `x-docusign-signature-1` and on. */
export function inNumberedHeaders(name: string, maximum: number): Carrier {
  const others = Array.from({ length: maximum - 1 }, (_, index) => `${name}-${index + 2}`);
  return {
    told: {
      ...untold,
      place: "header",
      name: `${name}-1`,
      alternatives: others.map((other) => ({ place: "header", name: other, prefix: "" })),
    },
    timestampOf: () => "",
    read: (request) => {
      const signatures: string[] = [];
      for (let n = 1; n <= maximum; n += 1) {
        const value = headerOf(request, `${name}-${n}`);
        if (typeof value === "string") signatures.push(value);
        else if (value.reason === "malformed") return value;
      }
      return signatures.length > 0 ? { signatures, timestamp: null, id: "" } : refuse("missing_header", `The header ${name}-1 is missing`);
    },
    write: (signature) => ({ headers: { [`${name}-1`]: signature } }),
  };
}

type PairOptions = { separator: string; time: string; signature: string; timed: boolean; unit?: TimeUnit };

/**
 * `t=1614265330,v1=…,v1=…`: pairs in one header; the signature's name may repeat, the time's may not. What is not `timed` has
 * a number there that is no time.
 */
export function inPairs(header: string, options: PairOptions): Carrier {
  const { separator, time: timeName, signature: signatureName, timed, unit = "s" } = options;
  const names = { place: "pairs" as const, name: header, timestampName: timeName, signatureName, separator };
  return {
    ...(timed ? { told: { ...untold, ...names, timestampUnit: toldUnit(unit) } } : {}),
    timestampOf: (nowMs) => writeTime(nowMs, unit),
    read: (request) => {
      const value = headerOf(request, header);
      if (typeof value !== "string") return value;
      const pairs = value.split(separator).map((pair) => pair.trim());
      const valuesOf = (name: string): string[] =>
        pairs.filter((pair) => pair.startsWith(`${name}=`)).map((pair) => pair.slice(name.length + 1));
      const [text, ...others] = valuesOf(timeName);
      const signatures = valuesOf(signatureName);
      if (text === undefined || others.length > 0)
        return refuse("malformed", `The header ${header} needs exactly one ${timeName}=${insteadOf(pairs)}`);
      if (signatures.length === 0 || signatures.length > maximumSignatures)
        return refuse("malformed", `The header ${header} has no ${signatureName}=${insteadOf(pairs)}`);
      if (!timed)
        return /^\d{1,20}$/.test(text)
          ? { signatures, timestamp: { text, ms: 0 }, id: "" }
          : refuse("malformed", `${timeName}= is no number`);
      const timestamp = parseTime(text, unit);
      return timestamp === null
        ? refuse("malformed", `${timeName}= in ${header} is no time ${unitInWords[unit]}`)
        : { signatures, timestamp, id: "" };
    },
    write: (signature, time) => ({ headers: { [header]: `${timeName}=${time}${separator}${signatureName}=${signature}` } }),
  };
}

/** The names of the pairs that are there, for a sentence: names are no secret, and only such as are names are told. */
function insteadOf(pairs: readonly string[]): string {
  const names = pairs.flatMap((pair) => /^([\w.-]{1,16})=/.exec(pair)?.[1] ?? []).slice(0, 5);
  return names.length === 0 ? "" : `: there is ${names.join(", ")}`;
}

export function inQuery(name: string): Carrier {
  return {
    told: { ...untold, place: "query", name },
    timestampOf: () => "",
    read: (request) => {
      const values = queryOf(request).getAll(name);
      const [signature] = values;
      if (signature === undefined || signature === "") return refuse("missing_header", `The URL has no ${name}=`);
      return values.length === 1 ? { signatures: [signature], timestamp: null, id: "" } : refuse("malformed", `The URL has ${name}= twice`);
    },
    write: (signature, _, draft) => ({ url: withQuery(draft.url, name, signature) }),
  };
}

/** Like `inHeader`, but the time that counts stands in the JSON body (milliseconds) and so is signed with it. */
export function withBodyTime(carrier: Carrier, path: string): Carrier {
  return {
    ...carrier,
    ...(carrier.told === undefined ? {} : { told: { ...carrier.told, bodyTime: path, timestampUnit: "ms" } }),
    timestampOf: (nowMs) => writeTime(nowMs, "ms"),
    read: (request, settings) => {
      const claim = carrier.read(request, settings);
      if ("reason" in claim) return claim;
      const timestamp = parseTimestamp(bodyOf(request).textAt(path) ?? "", "ms");
      return timestamp === null ? refuse("malformed", `The body has no ${path} in milliseconds`) : { ...claim, timestamp };
    },
    prepare: ({ body, nowMs }) => withJson(body, path.split("."), writeTime(nowMs, "ms")) ?? body,
  };
}

export function withQuery(url: string, name: string, value: string): string {
  const added = `${encodeURIComponent(name)}=${encodeURIComponent(value)}`;
  return `${url}${url.includes("?") ? "&" : "?"}${added}`;
}

function behindPrefix(value: string, prefix: string, name: string): string | Refused {
  if (!value.startsWith(prefix)) return refuse("malformed", `The header ${name} does not start with ${prefix}`);
  const signature = value.slice(prefix.length);
  return signature === "" ? refuse("malformed", `The header ${name} has no signature`) : signature;
}

export function timestampIn(request: IncomingRequest, { name, unit }: TimestampHeader): { text: string; ms: number } | Refused {
  const text = headerOf(request, name);
  if (typeof text !== "string") return text;
  return parseTime(text, unit) ?? refuse("malformed", `The header ${name} is no time ${unitInWords[unit]}`);
}
