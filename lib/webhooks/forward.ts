/** What of the request that a message was made of is sent along to endpoints, beside its bytes and their content type. */
import { isCredential } from "./credentialNames.ts";
import { hopsHeader, hopsOf } from "../words/hops.ts";
import type { ForwardRule } from "./sourceRules.ts";

export type Forward = {
  /** Pairs, names in lower case. */
  headers: [name: string, value: string][];
  /** Appended to the endpoint's path; empty or beginning with a slash. */
  path: string;
  /** Added to the endpoint's query; without the question mark. */
  query: string;
  /** The id of the request at a source that the message was made of. Null: somebody has sent it by the API. */
  receivedRequestId: string | null;
  /** How many times a Webster has passed it on when it is delivered; absent in what was stored before that was counted: once. */
  hops?: number;
};

type Request = { headers: Record<string, string>; path: string; query: string };

/** The body is sent as it came, so how it is packed is always told. */
export function forwardOf(rule: ForwardRule, { headers, path, query }: Request, receivedRequestId: string): Forward {
  const listed = new Set(rule.names.map((name) => name.toLowerCase()));
  const isChosen = (name: string): boolean => {
    if (name === "content-encoding") return true;
    if (belongsToConnection(name) || rule.headers === "none") return false;
    return rule.headers === "listed" ? listed.has(name) : !isCredential(name) && !isRouting(name);
  };
  return {
    headers: Object.entries(headers).filter(([name, value]) => isChosen(name) && isSendable(name, value)),
    path: rule.path ? path : "",
    query: rule.query ? query : "",
    receivedRequestId,
    hops: hopsOf(headers) + 1,
  };
}

/** What goes along with a message that was sent by the API; null: nothing. `hops`: how often it was passed on before. */
export const forwardOfMessage = (hops: number): Forward | null =>
  hops === 0 ? null : { headers: [], path: "", query: "", receivedRequestId: null, hops: hops + 1 };

/** An endpoint's path and query with those of the request. */
export function joinTarget(target: string, { path, query }: Pick<Forward, "path" | "query">): string {
  if (path === "" && query === "") return target;
  const question = target.indexOf("?");
  const own = question < 0 ? target : target.slice(0, question);
  const ownQuery = question < 0 ? "" : target.slice(question + 1);
  const all = [ownQuery, query].filter((one) => one !== "").join("&");
  return (path === "" ? own : own.replace(/\/$/, "") + path) + (all === "" ? "" : `?${all}`);
}

/** RFC 9110, section 7.6.1, and what frames or is set by the request that Webster makes. */
const belongsToConnection = (name: string): boolean => connection.has(name) || /^(webhook|svix)-/.test(name);

const connection = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "http2-settings",
  "host",
  "content-length",
  "content-type",
  "expect",
  "user-agent",
  "accept-encoding",
  hopsHeader,
]);

/** Whether proxies and tracing on the way add a header of this name. */
const isRouting = (name: string): boolean =>
  /^(traceparent$|tracestate$|x-forwarded-|cf-|x-real-ip$|forwarded$|via$|x-amz-cf|fly-|cdn-loop$)/.test(name);

// RFC 9110, sections 5.6.2 and 5.5.
const isSendable = (name: string, value: string): boolean =>
  /^[!#$%&'*+\-.^_`|~0-9a-z]{1,256}$/.test(name) && /^[\t\u0020-\u007e\u0080-\u00ff]{0,8192}$/.test(value);
