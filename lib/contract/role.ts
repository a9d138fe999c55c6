/** What members of an organization may do. */
import * as z from "zod/mini";

/** From the least to the most: each may do what those before it may. */
export const roles = ["viewer", "member", "admin", "owner"] as const;

export type Role = (typeof roles)[number];

export const role = z
  .enum(roles)
  .check(
    z.meta({ description: "viewer reads; member changes what is sent and where; admin also secrets, keys and people; owner everything." }),
  );

export const isAtLeast = (held: Role, least: Role): boolean => roles.indexOf(held) >= roles.indexOf(least);
