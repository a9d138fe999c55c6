/** What may have happened to a request, or to a secret, between the provider and us: each undone in one way. */
import type { KeyReader } from "./algorithms.ts";
import { decode } from "./algorithms.ts";
import { decodeText } from "../body/charset.ts";
import { hasParts, parseVerbatim, stringifyJson } from "../body/json.ts";
import { headerOf } from "./request.ts";
import { escaped, spaced } from "./jsonStyle.ts";
import type { IncomingRequest } from "./types.ts";
import { parseUrl } from "../../words/url.ts";

export type Variant<Value> = { value: Value; what: string };

/** The body as the provider may have signed it. */
export function bodyVariants(body: Buffer): Variant<Buffer>[] {
  const text = body.toString("utf8");
  const variants: Variant<string>[] = [
    { value: text.replace(/\r?\n$/, ""), what: "without the line break at its end" },
    { value: `${text}\n`, what: "with a line break at its end" },
    { value: `${text}\r\n`, what: "with CR and LF at its end" },
    { value: text.replaceAll("\r\n", "\n"), what: "with LF line breaks, where CR LF arrived" },
    { value: text.replaceAll(/\r?\n/g, "\r\n"), what: "with CR LF line breaks, where LF arrived" },
    { value: text.trim(), what: "without the white space around it" },
    { value: text.replace(/^\u{feff}/u, ""), what: "without the byte order mark" },
    { value: "", what: "empty" },
  ];
  variants.push(...jsonVariants(body));
  const decoded = decode(text.trim(), "base64");
  return [
    ...variants.map(({ value, what }) => ({ value: Buffer.from(value), what })),
    ...(decoded === null ? [] : [{ value: decoded, what: "before something encoded it as base64" }]),
  ].filter(({ value }) => !value.equals(body));
}

/** The JSON as others write it; none, if it is no JSON or nested too deep to be written. */
function jsonVariants(body: Buffer): Variant<string>[] {
  try {
    return stylesOf(parseVerbatim(decodeText(body, null)));
  } catch {
    return [];
  }
}

function stylesOf(json: unknown): Variant<string>[] {
  const styles: Variant<(value: unknown) => string>[] = [
    { value: (value) => stringifyJson(value), what: "written compactly" },
    { value: (value) => stringifyJson(value, 2), what: "indented by two" },
    { value: (value) => stringifyJson(value, 4), what: "indented by four" },
    { value: spaced, what: "with spaces behind commas and colons" },
  ];
  const orders: Variant<unknown>[] = [
    { value: json, what: "" },
    { value: sorted(json), what: ", its keys sorted" },
  ];
  const escapes: Variant<(text: string) => string>[] = [
    { value: (text) => text, what: "" },
    { value: (text) => text.replaceAll("/", "\\/"), what: ", its slashes escaped" },
    { value: escaped, what: ", its letters beyond ASCII escaped" },
    { value: (text) => escaped(text.replaceAll("/", "\\/")), what: ", slashes and letters beyond ASCII escaped" },
  ];
  return styles.flatMap((style) =>
    orders.flatMap((order) =>
      escapes.map((escape) => ({ value: escape.value(style.value(order.value)), what: style.what + order.what + escape.what })),
    ),
  );
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!hasParts(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  );
}

/** The URL as the provider may have called it, before a proxy changed it. */
export function urlVariants(request: IncomingRequest): Variant<string>[] {
  const url = parseUrl(request.url);
  if (url === null) return [];
  const headers = ["x-forwarded-host", "x-original-host", "host"].map((name) => headerOf(request, name));
  const hosts = [url.host, ...headers.filter((host) => typeof host === "string")];
  const paths = [url.pathname, url.pathname.endsWith("/") ? url.pathname.replace(/\/+$/, "") : `${url.pathname}/`];
  const variants = new Map<string, string>();
  for (const scheme of ["https:", "http:"])
    for (const host of new Set(
      hosts.flatMap((name) => [name, name.replace(/:\d+$/, ""), `${name.replace(/:\d+$/, "")}:${scheme === "https:" ? 443 : 80}`]),
    ))
      for (const path of paths)
        for (const query of new Set([url.search, "", decodedQuery(url.search)])) {
          const value = `${scheme}//${host}${path}${query}`;
          const changed = [
            scheme === url.protocol ? null : `with ${scheme}//`,
            host === url.host ? null : `at ${host}`,
            path === url.pathname ? null : path.length > url.pathname.length ? "with a slash at its end" : "without the slash at its end",
            query === url.search ? null : query === "" ? "without the query" : "with the query decoded",
          ].filter((what) => what !== null);
          if (value !== request.url && changed.length > 0 && !variants.has(value)) variants.set(value, changed.join(", "));
        }
  // The fewest changes first: they are the likeliest.
  return [...variants].map(([value, what]) => ({ value, what })).sort((a, b) => a.what.split(", ").length - b.what.split(", ").length);
}

function decodedQuery(query: string): string {
  try {
    return decodeURIComponent(query);
  } catch {
    return query;
  }
}

/** The secret as it may have been meant. */
export function secretVariants(secret: string): Variant<{ secret: string; readKey?: KeyReader }>[] {
  const bare = secret.trim().replace(/^(whsec|sk|whsk)_/, "");
  const texts: Variant<string>[] = [
    { value: `${secret.trim()}\n`, what: "with a line break behind it" },
    { value: bare, what: "without its prefix" },
    { value: `whsec_${bare}`, what: "with the prefix whsec_" },
    { value: `whsec_${Buffer.from(secret).toString("base64")}`, what: "taken as text, not as base64" },
    { value: `whsec_${Buffer.from(bare).toString("base64")}`, what: "without its prefix, taken as text and not as base64" },
    { value: secret.toLowerCase(), what: "in lower case" },
    { value: `Bearer ${secret}`, what: "with Bearer in front of it" },
    { value: secret.replace(/^(?:[\w-]+:\s*)?(?:bearer|basic|token)\s+/i, ""), what: "without the word in front of it" },
    { value: secret.replace(/^[^:]*:\s*/, ""), what: "without what stands in front of its colon" },
  ];
  const readers: Variant<KeyReader>[] = [
    { value: () => decode(bare, "base64") ?? { bad: "" }, what: "decoded from base64" },
    { value: () => decode(bare, "base64url") ?? { bad: "" }, what: "decoded from base64url" },
    { value: () => decode(bare, "hex") ?? { bad: "" }, what: "decoded from hexadecimal" },
    { value: () => Buffer.from(secret, "utf8"), what: "taken as text" },
  ];
  return [
    ...texts.filter(({ value }) => value !== secret && value.trim() !== "").map(({ value, what }) => ({ value: { secret: value }, what })),
    ...readers.map(({ value, what }) => ({ value: { secret, readKey: value }, what })),
  ];
}
