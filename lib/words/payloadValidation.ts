/** What an environment does with a payload that does not fit its event type's schema: nothing, note it, refuse it. */
export const payloadValidations = ["off", "warn", "reject"] as const;
export type PayloadValidation = (typeof payloadValidations)[number];
