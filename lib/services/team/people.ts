/** What the services about people share: tokens of links, and who stands above whom. */
import { randomBytes } from "node:crypto";
import type { Actor, SignedIn } from "../../actor.ts";
import type { Role } from "../../words/role.ts";
import { hashToken } from "../../auth/apiKeys.ts";
import { isAtLeast } from "../../words/role.ts";
import type { Prisma } from "../../db/generated/client.ts";
import { AppError } from "../../errors.ts";
import type { Auditor, Changes } from "../audit/audit.ts";
import { recordAudit } from "../audit/audit.ts";

export type Transaction = Prisma.TransactionClient;

/** A page of people, of all or of those that are searched for. */
export type Searching = { limit: number; iterator?: string | null | undefined; search?: string | null | undefined };

export function newLinkToken(): { text: string; hash: Buffer<ArrayBuffer> } {
  const text = randomBytes(32).toString("base64url");
  return { text, hash: hashToken(text) };
}

/** Throws `forbidden` for a role above the actor's own: nobody gives one, or changes someone who has one. */
export function requireReach(actor: Pick<Actor, "role">, ...roles: Role[]): void {
  const above = roles.find((role) => !isAtLeast(actor.role, role));
  if (above !== undefined) throw new AppError("forbidden", `This needs the role ${above}; yours is ${actor.role}`);
}

/** Throws `forbidden` unless the actor stands above a member of that role, as whoever could act as that member must. */
export function requireBelow(actor: Pick<Actor, "role">, role: Role): void {
  if (isAtLeast(role, actor.role))
    throw new AppError(
      "forbidden",
      `Only for members below yourself; they are ${role}, you are ${actor.role}. They can ask for a link by mail, or whoever runs Webster makes one`,
    );
}

/** The actor for what is recorded of the organization as a whole, whichever environment is open. */
export const ofOrganization = (actor: Actor): Auditor => ({ ...actor, environmentId: null });

/** What someone does to their own account stands in the log of each organization they are in. */
export async function recordOwn(user: SignedIn, tx: Transaction, action: `user.${string}`, changes: Changes = {}): Promise<void> {
  const memberships = await tx.member.findMany({ where: { userId: user.userId }, select: { organizationId: true } });
  for (const { organizationId } of memberships) await recordAudit(auditorOf(user, organizationId), tx, action, user.userId, changes);
}

export const auditorOf = ({ userId, name, client }: SignedIn, organizationId: string): Auditor => ({
  kind: "member",
  id: userId,
  name,
  organizationId,
  environmentId: null,
  client,
});

/** The actor for what is done at the machine, by a command. */
export const operator = { kind: "system", id: "system", name: "Whoever runs Webster", environmentId: null, client: null } as const;
