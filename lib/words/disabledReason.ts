/** Why an endpoint is disabled: by hand, it answered 410, it failed for too long, or its receiver asked for it. */
export const disabledReasons = ["manual", "gone", "failing", "requested"] as const;
export type DisabledReason = (typeof disabledReasons)[number];
