/** Who makes a change, as the audit log tells them apart. */
export const actorKinds = ["member", "apiKey", "portal", "system"] as const;
export type ActorKind = (typeof actorKinds)[number];
