/** What a test must do to sign a request, before it is written in one language or another. */
import type { ProviderSigning } from "../../lib/contract/providerSigning.ts";

export type Variable = "signature" | "timestamp" | "id" | "url" | "body";
/** A text of texts and variables, one behind the other. */
export type Part = { text: string } | { variable: Variable };

export type SigningSteps = {
  timestampUnit: ProviderSigning["timestampUnit"] | null;
  usesId: boolean;
  /** Null: the secret itself is shown. */
  hmac: { hash: NonNullable<ProviderSigning["hash"]>; encoding: ProviderSigning["encoding"]; content: Part[]; isBase64Key: boolean } | null;
  headers: [name: string, value: Part[]][];
  /** Of the parameter that carries the signature; null: headers do. */
  queryName: string | null;
};

const text = (value: string): Part => ({ text: value });
const variable = (name: Variable): Part => ({ variable: name });

export function signingSteps(signing: ProviderSigning, method: string): SigningSteps {
  const { place, name, hash, encoding, timestampHeader, timestampUnit, idHeader } = signing;
  const usesTime = place === "pairs" || place === "standard" || timestampHeader !== null;
  return {
    timestampUnit: usesTime ? timestampUnit : null,
    usesId: place === "standard" || idHeader !== null,
    hmac: hash === null ? null : { hash, encoding, content: contentOf(signing.content, method), isBase64Key: place === "standard" },
    headers: headersOf(signing),
    queryName: place === "query" ? name : null,
  };
}

function contentOf(template: string, method: string): Part[] {
  return template
    .split(/(\{(?:body|timestamp|id|url|method)\})/)
    .filter((part) => part !== "")
    .map((part) => {
      const named = (["body", "timestamp", "id", "url"] as const).find((name) => part === `{${name}}`);
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
