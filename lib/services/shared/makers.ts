/**
 * Who makes what lets somebody in (keys, portal links, AutoConfig tokens): nobody makes a thing that outlives them.
 * What a key made ends with it by end_by_maker() (migrations); what a member made, when they leave (leavers.ts).
 */
import type { Actor } from "../../actor.ts";
import { isAtLeast } from "../../words/role.ts";
import type { Prisma } from "../../db/generated/client.ts";
import { AppError, invalid } from "../../errors.ts";

type Transaction = Prisma.TransactionClient;

/**
 * When the maker, who asks, ends; null: at no moment that is known. Nobody can take the maker away until the transaction has
 * ended, so nothing is made behind the back of that. Throws `authentication_failed` if the maker has ended already.
 */
export async function endOfMaker({ kind, id, organizationId, role }: Actor, tx: Transaction): Promise<Date | null> {
  if (kind === "system") return null;
  if (kind === "member") {
    const held = await tx.$queryRaw<{ role: Actor["role"] }[]>`
      select role from member where "userId" = ${id} and "organizationId" = ${organizationId} for share`;
    if (held[0] === undefined || !isAtLeast(held[0].role, role)) throw gone();
    return null;
  }
  if (kind === "portal") {
    const open = await tx.$queryRaw<unknown[]>`
      select 1 from portal_access where id = ${id} and "revokedAt" is null and "expiresAt" > now() for share`;
    if (open.length === 0) throw gone();
    // Things made in the portal are the application's, and expire-all ends them. Ending with a visit of some hours would make them useless.
    return null;
  }
  const table = await lockedKey(id, tx);
  if (table === 0) throw gone();
  const [row] = await tx.$queryRaw<{ expiresAt: Date | null; ended: boolean }[]>`
    select nullif(e, 'infinity') as "expiresAt", e <= now() as ended from end_by_maker(${id}) e`;
  if (row === undefined || row.ended) throw gone();
  return row.expiresAt;
}

const lockedKey = async (id: string, tx: Transaction): Promise<number> =>
  (id.startsWith("integ_")
    ? await tx.$queryRaw<unknown[]>`select 1 from integration where id = ${id} for share`
    : await tx.$queryRaw<unknown[]>`select 1 from api_key where id = ${id} for share`
  ).length;

/** `wanted`, or the maker's end if nothing is wanted. Throws a validation error if it is later. */
export function withinMaker(wanted: Date | null, end: Date | null): Date | null {
  if (wanted !== null && end !== null && wanted > end)
    throw invalid(["body", "expiresAt"], `It is later than the end of the key that asks, ${end.toISOString()}`);
  return wanted ?? end;
}

/** The columns that name a row's maker. A member who has left is not its maker any more. */
export const madeBy = ({ id }: Actor) => ({ madeById: id, makerLeftAt: null, stopsAt: null });

/** The earlier of the two; null: none. */
export const earlier = (one: Date | null, other: Date | null): Date | null =>
  one === null || (other !== null && other < one) ? other : one;

/** Throws `forbidden` if the actor ends before `until`: who ends sooner must not learn a credential that goes on. */
export async function requireToLast(actor: Actor, tx: Transaction, until: Date | null): Promise<void> {
  const end = await endOfMaker(actor, tx);
  if (end !== null && (until === null || until > end))
    throw new AppError("forbidden", `The key that asks ends at ${end.toISOString()}, before the one that it asks for`);
}

const gone = (): AppError => new AppError("authentication_failed", "Invalid token");
