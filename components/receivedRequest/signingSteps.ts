/** What a test must do to sign a request, before it is written in one language or another. */
import type { ProviderSigning } from "../../lib/contract/providerSigning.ts";
import { bodyTextOf, type Captured, signingOfCaptured } from "./captured.ts";

export type Variable = "signature" | "timestamp" | "id" | "url" | "body" | "form" | "decodedUrl" | "bodyHash";
/** A text of texts and variables, one behind the other. */
export type Part = { text: string } | { variable: Variable };

export type SigningSteps = {
  timestampUnit: ProviderSigning["timestampUnit"] | null;
  usesId: boolean;
  /** The body, where something of it is made anew. */
  body: Part[] | null;
  /** Values that must be there before the request is signed, in the order of their names here. */
  uses: { form: boolean; decodedUrl: boolean };
  /** The URL's parameter with the body's hash. */
  hashName: string | null;
  /** The HMAC to make. Null: the secret itself is shown. */
  hmac: { hash: NonNullable<ProviderSigning["hash"]>; encoding: ProviderSigning["encoding"]; content: Part[]; isBase64Key: boolean } | null;
  headers: [name: string, value: Part[]][];
  /** The parameter of the URL that carries the signature; null: headers do. */
  queryName: string | null;
};

const text = (value: string): Part => ({ text: value });
const variable = (name: Variable): Part => ({ variable: name });

/** The steps for a request. Null: it can't be signed anew. */
export function signingSteps(captured: Captured): SigningSteps | null {
  const signing = signingOfCaptured(captured);
  if (signing === null) return null;
  const { place, name, hash, encoding, timestampHeader, timestampUnit, idHeader, bodyTime, bodyHash } = signing;
  const body = bodyTime === null ? null : timedBody(captured, bodyTime);
  if (bodyTime !== null && body === null) return null;
  const usesTime = place === "pairs" || place === "standard" || timestampHeader !== null || body !== null;
  const isForm = (captured.headers["content-type"] ?? "").toLowerCase().startsWith("application/x-www-form-urlencoded");
  const content = contentOf(signing.content, captured.method).filter((part) => isForm || !isVariable(part, "form"));
  return {
    timestampUnit: usesTime ? timestampUnit : null,
    usesId: place === "standard" || idHeader !== null,
    body,
    uses: {
      form: content.some((part) => isVariable(part, "form")),
      decodedUrl: content.some((part) => isVariable(part, "decodedUrl")),
    },
    hashName: isForm || captured.bodyBase64 === "" ? null : bodyHash,
    hmac: hash === null ? null : { hash, encoding, content, isBase64Key: place === "standard" },
    headers: headersOf(signing),
    queryName: place === "query" ? name : null,
  };
}

export const isVariable = (part: Part, name: Variable): boolean => "variable" in part && part.variable === name;

/** The JSON with its time left open; null: there is none, or more than one that could be it. */
function timedBody(captured: Captured, member: string): Part[] | null {
  const json = bodyTextOf(captured) ?? "";
  const [time, ...others] = json.matchAll(new RegExp(`(?<="${member}"\\s*:\\s*)\\d+(?=\\s*[,}])`, "g"));
  if (time === undefined || others.length > 0) return null;
  return [text(json.slice(0, time.index)), variable("timestamp"), text(json.slice(time.index + time[0].length))];
}

const variables = ["body", "timestamp", "id", "url", "form", "decodedUrl"] as const;

function contentOf(template: string, method: string): Part[] {
  return template
    .split(/(\{(?:body|timestamp|id|url|method|form|decodedUrl)\})/)
    .filter((part) => part !== "")
    .map((part) => {
      const named = variables.find((name) => part === `{${name}}`);
      return named === undefined ? text(part === "{method}" ? method : part) : variable(named);
    });
}

function headersOf(signing: ProviderSigning): [string, Part[]][] {
  const { place, name, prefix, timestampHeader, idHeader, timestampName, signatureName, separator } = signing;
  const value = [...(prefix === "" ? [] : [text(prefix)]), variable("signature")];
  switch (place) {
    case "query":
      return [];
    case "standard":
      return [
        [`${name}-id`, [variable("id")]],
        [`${name}-timestamp`, [variable("timestamp")]],
        [`${name}-signature`, value],
      ];
    case "pairs":
      return [[name, [text(`${timestampName}=`), variable("timestamp"), text(`${separator}${signatureName}=`), variable("signature")]]];
    case "header":
      return [
        [name, value],
        ...(timestampHeader === null ? [] : [[timestampHeader, [variable("timestamp")]] as [string, Part[]]]),
        ...(idHeader === null ? [] : [[idHeader, [variable("id")]] as [string, Part[]]]),
      ];
  }
}

/** What HubSpot decodes of a URL, as a regular expression of either language. */
export const decodedByHubspot = "%(?:3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)";
