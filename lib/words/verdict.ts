/** What became of a request that came to a source. */
export const verdicts = ["accepted", "duplicate", "rejected", "filtered", "pending", "released"] as const;
export type Verdict = (typeof verdicts)[number];

/** The verdicts of requests that can be released. */
export const keptVerdicts = ["rejected", "filtered", "duplicate"] as const;
/** Why a provider's request is refused. `misconfigured` is the source's fault, the others the request's. */
export const refusalReasons = ["bad_signature", "stale", "missing_header", "malformed", "misconfigured"] as const;
export type RefusalReason = (typeof refusalReasons)[number];

/** Why a request is rejected or filtered. */
export const rejectionReasons = [
  ...refusalReasons,
  "too_large",
  "rate_limited",
  "disabled",
  // The request has been passed on by Webster too often already.
  "loop",
  // For these three the provider was answered as if accepted: only the source's own filter or code stands in the way.
  "filter",
  "cancelled",
  "transformation",
] as const;
export type RejectionReason = (typeof rejectionReasons)[number];
