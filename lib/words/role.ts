/** Roles of an organization's members, from the least to the most. Apart from their schema, so that pages need no zod for them. */
export const roles = ["viewer", "member", "admin", "owner"] as const;

/** A member's role; each may do what those before it may. */
export type Role = (typeof roles)[number];

export const isAtLeast = (held: Role, least: Role): boolean => roles.indexOf(held) >= roles.indexOf(least);
