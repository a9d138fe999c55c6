/**
 * Headers that a source may answer with by somebody's choice. Sources answer under the dashboard's origin and behind its proxy:
 * a header can set cookies, sign a browser in, have it report elsewhere or load more, or make the proxy send a file of its own
 * (X-Accel-Redirect). New ones of the kind come every year, so what is known to be harmless is listed, not what is known to do harm.
 */
const allowed = new Set(["content-type", "content-language", "retry-after", "allow", "x-request-id", "x-correlation-id"]);

/** What providers look for in an answer: X-Hook-Secret, Smartsheet-Hook-Response, WebHook-Allowed-Origin, X-Challenge… */
const spokenOfWebhooks = /(^|-)(web)?hooks?(-|$)|(^|-)(challenge|verification|validation)(-|$)/;

/** Read by browsers and proxies, whatever else they are called. */
const reserved = /^(sec|proxy|access-control|cross-origin|x-accel|x-sendfile|x-lighttpd|x-litespeed|x-reproxy)-/;

export function isAllowedInAnswers(name: string): boolean {
  const lower = name.toLowerCase();
  return allowed.has(lower) || (spokenOfWebhooks.test(lower) && !reserved.test(lower));
}

/** The end of a sentence for who sets a header that is not allowed. */
export const notAllowedInAnswers =
  "can't be set here: only Content-Type, Content-Language, Retry-After, Allow, X-Request-Id, X-Correlation-Id, and names that speak of " +
  "a hook, a challenge, a verification or a validation, such as X-Hook-Secret";
