/** Reading a request at the places that a provider's row names. */
import type { Body } from "../body/body.ts";
import { hasParts } from "../body/json.ts";
import { parseXml } from "../xml.ts";
import { readToken } from "./jwt.ts";
import { bodyOf, headerOf, queryOf, textAt } from "./request.ts";
import type { IncomingRequest, Locator } from "./types.ts";

/** The body is parsed once, and only if a place is in it. */
export type Reader = { textOf: (place: Locator) => string | null; value: () => unknown };

export function readerOf(request: IncomingRequest): Reader {
  const body = bodyOf(request);
  return {
    value: () => body.value,
    textOf: (place) => {
      const colon = place.indexOf(":");
      const [kind, name] = [place.slice(0, colon), place.slice(colon + 1)];
      if (kind === "fixed") return name;
      const equals = kind === "header" ? name.indexOf("=") : -1;
      if (equals > 0) return headerOf(request, name.slice(0, equals)) === name.slice(equals + 1) ? name.slice(equals + 1) : null;
      if (kind === "jwt") return claimAt(body, name);
      if (kind === "xml") return elementAt(body, name);
      if (kind === "beside") return memberBeside(body.value, name);
      if (kind === "joined") return joinedAt(body, name.split(","));
      if (kind === "query") return queryOf(request).get(name);
      if (kind === "form") return body.kind === "form" ? body.textAt(name) : null;
      if (kind === "body") return body.textAt(name);
      const value = headerOf(request, name);
      if (typeof value !== "string") return null;
      return name.startsWith("ce-") ? attributeIn(value) : value;
    },
  };
}

/**
 * An attribute of a CloudEvent in its own header: a quoted text unquoted, then once percent-decoded. What is no such text stays
 * as it is. https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md#3132-http-header-values
 */
function attributeIn(value: string): string {
  const quoted = /^"((?:[^"\\]|\\.)*)"$/s.exec(value)?.[1];
  const text = quoted?.replaceAll(/\\(.)/gs, "$1") ?? value;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * `signedPayload/data.bundleId`: in the body's token at the path before the slash, what it says at the one behind. Without a path
 * before it the body is the token. Unproven.
 */
function claimAt(body: Body, place: string): string | null {
  const slash = place.indexOf("/");
  const token = readToken(slash === 0 ? body.content.toString() : (body.textAt(place.slice(0, slash)) ?? ""));
  return token === null ? null : textAt(token.claims, place.slice(slash + 1));
}

/** `bt_payload/notification.kind`: in the XML that stands in base64 at the path before the slash, what is at the one behind. */
function elementAt(body: Body, place: string): string | null {
  const slash = place.indexOf("/");
  const xml = parseXml(Buffer.from(body.textAt(place.slice(0, slash)) ?? "", "base64").toString());
  return xml === undefined ? null : textAt(xml, place.slice(slash + 1));
}

/** What stands at all of these places, with dots between. Null: one has nothing. */
function joinedAt(body: Body, places: readonly string[]): string | null {
  const texts = places.map((place) => body.textAt(place));
  return texts.every((text) => text !== null) ? texts.join(".") : null;
}

/** The name of the only member beside the named one; beside none, of the only member there is. Null: there is no such, or there are several. */
function memberBeside(value: unknown, name: string): string | null {
  if (!hasParts(value) || Array.isArray(value) || (name !== "" && !Object.hasOwn(value, name))) return null;
  const [only, ...others] = Object.keys(value).filter((key) => key !== name);
  return others.length === 0 ? (only ?? null) : null;
}
