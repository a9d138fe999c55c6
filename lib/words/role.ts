/** What members of an organization may do, from the least to the most. Apart from its schema: pages ask this without zod. */
export const roles = ["viewer", "member", "admin", "owner"] as const;

/** Each may do what those before it may. */
export type Role = (typeof roles)[number];

export const isAtLeast = (held: Role, least: Role): boolean => roles.indexOf(held) >= roles.indexOf(least);
