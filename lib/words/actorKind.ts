/** The kinds of actors that the audit log tells apart. */
export const actorKinds = ["member", "apiKey", "portal", "system"] as const;
export type ActorKind = (typeof actorKinds)[number];
