/**
 * What becomes of what a member made to let somebody in, when they leave or may do less: links and portal access end at
 * once; keys that servers use go on for a week, are listed, and stop unless an admin takes them over.
 */
import type { Actor } from "../../actor.ts";
import { forgetAllAccess } from "../../auth/apiKeys.ts";
import type { LeftBehindOut } from "../../contract/leftBehind.ts";
import type { Page } from "../../contract/shared.ts";
import { isAtLeast, type Role } from "../../words/role.ts";
import { pool, prisma } from "../../db/client.ts";
import { databaseNowMs } from "../../db/clock.ts";
import { invalid, notFound } from "../../errors.ts";
import { recordAudit } from "../audit/audit.ts";
import { sendMail } from "../shared/mail.ts";
import { type Cursor, pageOf, readsDown } from "../shared/pages.ts";
import { pageUrl } from "../shared/links.ts";
import { ofOrganization, type Transaction } from "./people.ts";

const graceMs = 7 * 24 * 3_600_000;

/** The tables of what servers use. `maker`: the column that names who made a row. */
const credentials = {
  apiKey: {
    table: "api_key",
    maker: "createdById",
    name: `c.name`,
    place: `join environment e on e.id = c."environmentId"`,
    application: `c."applicationId"`,
  },
  integration: { table: "integration", maker: "madeById", name: `c.name`, place: inApplication(), application: `c."applicationId"` },
  autoconfig: {
    table: "autoconfig_subscription",
    maker: "madeById",
    name: `'AutoConfig for ' || a.name`,
    place: inApplication(),
    application: `c."applicationId"`,
  },
} as const;

type Kind = keyof typeof credentials;
const kinds = Object.keys(credentials) as Kind[];

export type Departure = { organizationId: string; userId: string; role: Role | null; stopKeys: boolean };

/**
 * Ends or leaves behind what a member made. To be called in the transaction that takes the role away. `role`: what is left;
 * null: nothing. Answers how many keys were left behind.
 */
export async function depart(tx: Transaction, { organizationId, userId, role, stopKeys }: Departure): Promise<number> {
  const now = new Date(databaseNowMs());
  await tx.invitation.updateMany({
    where: {
      organizationId,
      invitedById: userId,
      acceptedAt: null,
      revokedAt: null,
      ...(isAdmin(role) ? { role: { notIn: within(role) } } : {}),
    },
    data: { revokedAt: now },
  });
  await tx.oneTimeToken.updateMany({ where: { madeById: userId, usedAt: null }, data: { usedAt: now } });
  if (isAdmin(role)) return 0;
  const where = { application: { environment: { organizationId } } };
  const visited = { ...where, madeById: userId };
  await tx.portalAccess.updateMany({ where: { ...visited, revokedAt: null, expiresAt: { gt: now } }, data: { revokedAt: now } });
  // Visits that have ended count too: what was made in them has not ended.
  const makers = [userId, ...(await tx.portalAccess.findMany({ where: visited, select: { id: true } })).map(({ id }) => id)];
  const left = { makerLeftAt: now, stopsAt: stopKeys ? now : new Date(now.getTime() + graceMs) };
  const inOrganization = { environment: { organizationId } };
  const keys = await tx.apiKey.updateMany({ where: { ...inOrganization, createdById: userId, revokedAt: null }, data: left });
  const integrations = await tx.integration.updateMany({ where: { ...where, madeById: userId }, data: left });
  const autoconfigs = await tx.autoconfigSubscription.updateMany({ where: { ...where, madeById: { in: makers } }, data: left });
  return keys.count + integrations.count + autoconfigs.count;
}

/**
 * Ends the alerts that go to a former member's address: incidents are no longer their business. In the transaction that removes
 * them. Answers the names of the environments.
 */
export async function stopAlerts(tx: Transaction, actor: Actor, email: string): Promise<string[]> {
  const channels = await tx.alertChannel.findMany({
    where: {
      environment: { organizationId: actor.organizationId },
      kind: "email",
      target: { equals: email.replaceAll(/[\\%_]/g, "\\$&"), mode: "insensitive" },
    },
    include: { environment: true },
  });
  for (const { id, environmentId, kind, target } of channels) {
    await recordAudit({ ...ofOrganization(actor), environmentId }, tx, "alertChannel.deleted", id, { kind, target });
    await tx.alertChannel.delete({ where: { id } });
  }
  return [...new Set(channels.map(({ environment }) => environment.name))];
}

/** What ended, or will, with a member: `keys`: how many they left behind; `alerts`: of which environments none goes to them now. */
type Left = { keys: number; alerts: string[] };

/** Tells the admins what was left behind. To be called once the change is committed. */
export async function tellAdmins({ organizationId }: Actor, who: string, { keys, alerts }: Left, stopKeys: boolean): Promise<void> {
  await forgetAllAccess();
  if (keys === 0 && alerts.length === 0) return;
  const admins = await prisma().member.findMany({
    where: { organizationId, role: { in: ["admin", "owner"] } },
    include: { user: true, organization: true },
  });
  for (const { user, organization } of admins)
    void sendMail({
      to: user.email,
      tenant: organizationId,
      subject: keys === 0 ? `${organization.name}: alerts to ${who} ended` : `${organization.name}: ${who} has left keys behind`,
      text: `${[...keysText(organization.name, who, keys, stopKeys), ...alertsText(who, alerts)].join("\n\n")}\n`,
    });
}

function keysText(organization: string, who: string, count: number, stopKeys: boolean): string[] {
  if (count === 0) return [];
  const keys = count === 1 ? "one key that they made" : `${count} keys that they made`;
  return [
    `${who} may no longer manage ${organization} on Webster, where ${keys} ${stopKeys ? "stopped with that" : "will stop in seven days"}.`,
    `Take over what is still needed, in the settings under API keys:\n${pageUrl("/")}`,
  ];
}

const alertsText = (who: string, environments: string[]): string[] =>
  environments.length === 0
    ? []
    : [
        `Alerts of ${environments.join(", ")} no longer go to ${who}, who is not a member any more. See that they reach somebody else, in the settings under Alerts:\n${pageUrl("/")}`,
      ];

type Row = Omit<LeftBehindOut, "leftAt" | "stopsAt"> & { leftAt: Date; stopsAt: Date | null };

type Paging = { limit: number; iterator?: string | null | undefined };

/** An iterator is `milliseconds.id`: when the maker left, and what they left. */
export async function list({ organizationId }: Actor, { limit, iterator }: Paging): Promise<Page<LeftBehindOut>> {
  const cursor = cursorOf(iterator);
  const window = { limit, descending: false, cursor };
  const down = readsDown(window);
  const parts = kinds.map((kind) => {
    const { table, maker, name, place, application } = credentials[kind];
    return `select '${kind}' as kind, c.id, ${name} as name, e.id as "environmentId", e.name as "environmentName", ${application} as "applicationId",
              coalesce(u.name, u.email) as "madeBy", c."makerLeftAt" as "leftAt", c."stopsAt"
            from ${table} c ${place} left join "user" u on u.id = c."${maker}"
            where e."organizationId" = $1 and c."makerLeftAt" is not null ${kind === "apiKey" ? `and c."revokedAt" is null` : ""}
              and ($3::timestamptz is null or (c."makerLeftAt", c.id) ${down ? "<" : ">"} ($3, $4::text))`;
  });
  const way = down ? "desc" : "asc";
  const { rows } = await pool().query<Row>(`${parts.join(" union all ")} order by "leftAt" ${way}, id ${way} limit $2`, [
    organizationId,
    limit + 1,
    cursor?.leftAt ?? null,
    cursor?.credentialId ?? null,
  ]);
  return pageOf(
    rows,
    window,
    ({ leftAt, id }) => `${leftAt.getTime()}.${id}`,
    (row) => ({ ...row, leftAt: row.leftAt.toISOString(), stopsAt: row.stopsAt?.toISOString() ?? null }),
  );
}

function cursorOf(iterator: string | null | undefined): (Cursor & { leftAt: Date; credentialId: string }) | null {
  if (!iterator) return null;
  const [, back, ms, credentialId = ""] = /^(-?)(\d{1,15})\.(\w{1,64})$/.exec(iterator) ?? [];
  if (ms === undefined) throw invalid(["query", "iterator"], "This is no iterator of this list");
  return { id: `${ms}.${credentialId}`, back: back === "-", leftAt: new Date(Number(ms)), credentialId };
}

/** Makes the actor the maker of what was left behind; what had stopped goes on. */
export async function takeOver(actor: Actor, id: string): Promise<void> {
  await prisma().$transaction(async (tx) => {
    for (const kind of kinds) {
      const { table, maker, place } = credentials[kind];
      const taken = await tx.$queryRawUnsafe<{ environmentId: string }[]>(
        `update ${table} t set "${maker}" = $1, "makerLeftAt" = null, "stopsAt" = null
         from ${table} c ${place} where t.id = c.id and c.id = $2 and c."makerLeftAt" is not null and e."organizationId" = $3
         ${kind === "apiKey" ? `and c."revokedAt" is null` : ""} returning e.id as "environmentId"`,
        actor.id,
        id,
        actor.organizationId,
      );
      if (taken[0] === undefined) continue;
      return recordAudit({ ...ofOrganization(actor), environmentId: taken[0].environmentId }, tx, `${kind}.takenOver`, id);
    }
    throw notFound("Nothing of this id was left behind");
  });
  await forgetAllAccess();
}

const isAdmin = (role: Role | null): role is Role => role !== null && isAtLeast(role, "admin");

const within = (role: Role): Role[] => (["viewer", "member", "admin", "owner"] as const).filter((one) => isAtLeast(role, one));

function inApplication(): string {
  return `join application a on a.id = c."applicationId" join environment e on e.id = a."environmentId"`;
}
