/** With what a second factor is shown. */
export const factorWays = ["app", "passkey", "recoveryCode"] as const;

export type FactorWay = (typeof factorWays)[number];
