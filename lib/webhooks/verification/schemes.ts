/** Schemes, put together from a carrier, an algorithm and what is signed. */
import { SecretError, sign as signStandard, verify as verifyStandard } from "../signature.ts";
import type { Algorithm } from "./algorithms.ts";
import { equality } from "./algorithms.ts";
import type { Carrier } from "./carriers.ts";
import { inHeader, timestampIn } from "./carriers.ts";
import { headerOf } from "./request.ts";
import { standardKeys, standardSigningKeys } from "./standardKeys.ts";
import type { Claim, Draft, IncomingRequest, Recipe, Refused, Scheme, Settings, Signed } from "./types.ts";
import { refuse } from "./types.ts";

/** The signed content of a request, in all forms that the provider may have meant. Refused: the signature would leave something open. */
export type Content = ((request: IncomingRequest, claim: Claim, settings: Settings) => Buffer[] | Refused) & { template?: string };

const fiveMinutes = 300_000;

/** `{body}`, `{timestamp}`, `{id}`, `{url}` and `{method}` stand for themselves, all else for its own letters. */
export function template(text: string): Content {
  const parts = text.split(/(\{(?:body|timestamp|id|url|method)\})/);
  const content: Content = (request, claim) => [
    Buffer.concat(
      parts.map((part) => {
        if (part === "{body}") return request.body;
        if (part === "{timestamp}") return Buffer.from(claim.timestamp?.text ?? "");
        if (part === "{id}") return Buffer.from(claim.id);
        if (part === "{url}") return Buffer.from(request.url);
        return part === "{method}" ? Buffer.from(request.method) : Buffer.from(part);
      }),
    ),
  ];
  content.template = text;
  return content;
}

export const bodyOnly = template("{body}");

export type SignedScheme = {
  carrier: Carrier;
  algorithm: Algorithm;
  content?: Content;
  toleranceSeconds?: number;
};

export function signed({ carrier, algorithm, content = bodyOnly, toleranceSeconds = fiveMinutes / 1000 }: SignedScheme): Scheme {
  return {
    asymmetric: algorithm.asymmetric,
    recipe:
      carrier.told === undefined || algorithm.told === undefined || content.template === undefined
        ? null
        : { ...carrier.told, ...algorithm.told, content: content.template },
    toleranceMs: () => ({ past: toleranceSeconds * 1000, future: toleranceSeconds * 1000 }),
    claim: (request, settings) => {
      const claim = carrier.read(request, settings);
      if ("reason" in claim) return claim;
      return claim.signatures.every(algorithm.wellFormed)
        ? claim
        : refuse("malformed", "The signature is not encoded as this provider does it");
    },
    check: (secret, claim, { request, settings, readKey }) => {
      const contents = content(request, claim, settings);
      if ("reason" in contents) return contents;
      for (const signature of claim.signatures) {
        for (const bytes of contents) {
          const matches = algorithm.matches(secret, bytes, signature, readKey);
          if (typeof matches !== "boolean") return refuse("misconfigured", matches.bad);
          if (matches) return "match";
        }
      }
      return "mismatch";
    },
    sign: (secret, draft, settings) => signDraft(secret, draft, settings, carrier, content, algorithm),
  };
}

function signDraft(
  secret: string,
  draft: Draft,
  settings: Settings,
  carrier: Carrier,
  content: Content,
  algorithm: Algorithm,
): Signed | Refused {
  const body = carrier.prepare?.(draft) ?? draft.body;
  const text = carrier.timestampOf(draft.nowMs, settings);
  const claim: Claim = { signatures: [], timestamp: { text, ms: draft.nowMs }, id: draft.id };
  const contents = content(requestOf({ ...draft, body }), claim, settings);
  if ("reason" in contents) return contents;
  const signature = algorithm.sign(secret, contents[0] ?? Buffer.alloc(0));
  if (typeof signature !== "string") return refuse("misconfigured", signature.bad);
  const { headers = {}, url = draft.url } = carrier.write(signature, text, draft, settings);
  return { method: draft.method, url, body, headers: { "content-type": draft.contentType, ...headers } };
}

/** The draft as it would arrive. */
export function requestOf(draft: Draft): IncomingRequest {
  const url = new URL(draft.url);
  return {
    method: draft.method,
    url: draft.url,
    path: url.pathname,
    query: url.searchParams,
    headers: { "content-type": draft.contentType },
    body: draft.body,
  };
}

/** The request shows the secret itself, in whatever place the carrier reads. */
export const shown = (carrier: Carrier): Scheme => ({ ...signed({ carrier, algorithm: equality }), shows: true });

/** A scheme that signs no time. */
export const timeless = (scheme: Scheme): Scheme => ({ ...scheme, toleranceMs: () => null });

/**
 * One of several schemes, as a setting says: a source that took any could be sent what only the weakest proves. Without the setting
 * it is `usual`, whose recipe is told.
 */
export function chosenBy<Name extends string>(setting: string, schemes: Readonly<Record<Name, Scheme>>, usual: NoInfer<Name>): Scheme {
  return asSet((settings) => {
    const name = settings[setting] ?? "";
    return Object.hasOwn(schemes, name) ? schemes[name as Name] : schemes[usual];
  });
}

/** The scheme that the settings make. Without any it is the usual one, whose recipe is told. */
export function asSet(of: (settings: Settings) => Scheme): Scheme {
  const { asymmetric, recipe } = of({});
  return {
    asymmetric,
    recipe,
    toleranceMs: (settings) => of(settings).toleranceMs(settings),
    claim: (request, settings) => of(settings).claim(request, settings),
    check: (secret, claim, context) => of(context.settings).check(secret, claim, context),
    sign: (secret, draft, settings) => of(settings).sign(secret, draft, settings),
  };
}

/** Standard Webhooks, with the headers of any of these families: `webhook` or `svix`. */
export function standard(...families: ("webhook" | "svix")[]): Scheme {
  const family = families[0] ?? "webhook";
  const namesOf = (of: string) => ({ id: `${of}-id`, timestamp: `${of}-timestamp`, signature: `${of}-signature` });
  return {
    asymmetric: false,
    recipe: {
      place: "standard",
      name: family,
      prefix: "v1,",
      hash: "sha256",
      encoding: "base64",
      content: "{id}.{timestamp}.{body}",
      timestampHeader: `${family}-timestamp`,
      timestampUnit: "s",
      idHeader: null,
      timestampName: "",
      signatureName: "",
      separator: "",
      bodyTime: null,
      bodyHash: null,
      alternatives: families.slice(1).map((name) => ({ place: "standard", name, prefix: "v1," })),
    },
    toleranceMs: () => ({ past: fiveMinutes, future: fiveMinutes }),
    claim: (request) => {
      const there = families.find((one) => namesOf(one).signature in request.headers) ?? family;
      const names = namesOf(there);
      const id = headerOf(request, names.id);
      if (typeof id !== "string") return id;
      const signature = headerOf(request, names.signature);
      if (typeof signature !== "string") return signature;
      const timestamp = timestampIn(request, { name: names.timestamp, unit: "s" });
      return "reason" in timestamp ? timestamp : { signatures: [signature], timestamp, id };
    },
    check: (secret, claim, { request }) => checkStandard(secret, claim, request),
    sign: (secret, draft) => {
      const keys = readKeys(() => standardSigningKeys(secret));
      if ("reason" in keys) return keys;
      const names = namesOf(family);
      const seconds = Math.floor(draft.nowMs / 1000);
      const headers = {
        [names.id]: draft.id,
        [names.timestamp]: String(seconds),
        [names.signature]: signStandard(keys, draft.id, seconds, draft.body),
      };
      return { method: draft.method, url: draft.url, body: draft.body, headers: { "content-type": draft.contentType, ...headers } };
    },
  };
}

function checkStandard(secret: string, claim: Claim, request: IncomingRequest): "match" | "mismatch" | Refused {
  const keys = readKeys(() => standardKeys(secret));
  if ("reason" in keys) return keys;
  const headers = { id: claim.id, timestamp: claim.timestamp?.text, signature: claim.signatures[0] };
  const found = verifyStandard(keys, headers, request.body, (claim.timestamp?.ms ?? 0) / 1000);
  if (found.ok) return "match";
  return found.reason === "bad id" ? refuse("malformed", "The id holds what could be a time") : "mismatch";
}

function readKeys<Keys extends object>(parse: () => Keys): Keys | Refused {
  try {
    return parse();
  } catch (error) {
    if (error instanceof SecretError) return refuse("misconfigured", error.message);
    throw error;
  }
}

/** An `Authorization` of one kind: `Bearer …`, `Basic …`. The word is the same in any case (RFC 9110, section 11.1). */
export function authorization(word: "Bearer" | "Basic"): Carrier {
  const carrier = inHeader(["authorization"], { prefix: `${word} ` });
  return {
    ...carrier,
    read: (request, settings) => {
      const value = headerOf(request, "authorization");
      if (typeof value !== "string") return value;
      const [given = "", ...rest] = value.split(" ");
      if (given.toLowerCase() !== word.toLowerCase()) return refuse("malformed", `The Authorization is no ${word}`);
      return carrier.read({ ...request, headers: { authorization: `${word} ${rest.join(" ").trim()}` } }, settings);
    },
  };
}

/** The first carrier whose place is filled; a test is sent as the first one does. */
export function anyOf(...carriers: [Carrier, ...Carrier[]]): Carrier {
  const { told } = carriers[0];
  const others = carriers.slice(1).flatMap((carrier): Recipe["alternatives"] => {
    const { place = "pairs", name = "", prefix = "" } = carrier.told ?? {};
    return place === "pairs" ? [] : [{ place, name, prefix }];
  });
  return {
    ...carriers[0],
    ...(told === undefined ? {} : { told: { ...told, alternatives: [...told.alternatives, ...others] } }),
    read: (request, settings) => {
      const first = carriers[0].read(request, settings);
      if (!("reason" in first) || first.reason !== "missing_header") return first;
      const other = carriers
        .slice(1)
        .map((carrier) => carrier.read(request, settings))
        .find((claim) => !("reason" in claim) || claim.reason !== "missing_header");
      return other ?? first;
    },
  };
}
