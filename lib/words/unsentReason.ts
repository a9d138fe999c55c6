/** Why a message was not sent to an endpoint of its application: it is younger than the message, or what its settings of now say. */
export const unsentReasons = ["younger", "disabled", "eventTypes", "channels", "filter", "noContent"] as const;
export type UnsentReason = (typeof unsentReasons)[number];
