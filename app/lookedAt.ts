/**
 * Whether a page is drawn for somebody who looks at it: not when a browser fetches it ahead (`Sec-Purpose`), and not for another
 * site's page. `asked`: the request's headers. Browsers that say nothing of it, as without TLS, are believed.
 */
export function isLookedAt(asked: Pick<Headers, "get">): boolean {
  const purpose = asked.get("sec-purpose") ?? asked.get("purpose") ?? "";
  if (/\bprefetch\b/i.test(purpose) || asked.get("next-router-prefetch") !== null) return false;
  const from = asked.get("sec-fetch-site");
  // Whoever comes by another site's link looks at the page; its pictures and frames show it to nobody.
  return from === null || from === "same-origin" || from === "none" || asked.get("sec-fetch-dest") === "document";
}
