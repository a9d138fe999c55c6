/** A received request, as it is to be sent again. */
import type { ProviderSigning } from "../../lib/contract/providerSigning.ts";
import { parseUrl } from "../../lib/words/url.ts";

export type Captured = {
  /** The request in words: "push of GitHub". */
  what: string;
  method: string;
  url: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  bodyBase64: string;
  signing: ProviderSigning | null;
};

/** Headers that belong to the connection, or that whoever sends writes itself. */
const ofConnection =
  /^(host|connection|content-length|transfer-encoding|accept-encoding|expect|keep-alive|upgrade|x-forwarded-.*|x-real-ip|forwarded|via|traceparent|tracestate|cf-.*)$/;

export const isHidden = (value: string): boolean => value.includes("•••");

/** Headers as they are sent again: without those that are made anew, and without those whose value was hidden. */
export function keptHeaders({ headers, signing }: Captured): [name: string, value: string][] {
  const own = new Set(signing === null ? [] : madeHeaders(signing));
  return Object.entries(headers).filter(([name, value]) => !ofConnection.test(name) && !own.has(name) && !isHidden(value));
}

function madeHeaders({ place, name, prefix, alternatives, timestampHeader, idHeader }: ProviderSigning): string[] {
  const signatures = [{ place, name, prefix }, ...alternatives].flatMap((one) => {
    if (one.place === "query") return [];
    return one.place === "standard" ? [`${one.name}-id`, `${one.name}-timestamp`, `${one.name}-signature`] : [one.name];
  });
  return [...signatures, timestampHeader ?? "", idHeader ?? ""];
}

/** The signature where this request had it, of the places where its provider may put it. */
export function signingOfCaptured({ signing, headers, url }: Captured): ProviderSigning | null {
  if (signing === null) return null;
  const { place, name, prefix } = signing;
  const there = [{ place, name, prefix }, ...signing.alternatives].find((one) => {
    if (one.place === "query") return parseUrl(url)?.searchParams.has(one.name) === true;
    return Object.hasOwn(headers, one.place === "standard" ? `${one.name}-signature` : one.name);
  });
  return { ...signing, ...there };
}

/** The body as text, if that text is exactly these bytes; null: it is none, or a shell could not hold it. */
export function bodyTextOf({ bodyBase64 }: Captured): string | null {
  try {
    const bytes = Uint8Array.from(atob(bodyBase64), (letter) => letter.charCodeAt(0));
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.includes("\0") ? null : text;
  } catch {
    return null;
  }
}
