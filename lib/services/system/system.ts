/** The server itself, for those who look after it. */
import packageJson from "../../../package.json" with { type: "json" };
import type { Actor } from "../../actor.ts";
import type { SystemOut } from "../../contract/system.ts";
import { pool } from "../../db/client.ts";
import { databaseNowMs } from "../../db/clock.ts";
import { replica } from "../../db/replica.ts";
import { listKeys, type SealKey } from "../../db/sealKeys.ts";
import { readNextRetries } from "../../db/sql/figures/overview.ts";
import { readUnlooked } from "../../db/sql/hot/claimed.ts";
import { readUnpassed } from "../../db/sql/hot/inHand.ts";
import { env } from "../../env.ts";
import { deliversHere } from "./health.ts";
import { canMail, mailServer } from "../shared/mail.ts";

/** From then on the passes no longer keep up, and the alert rule of deploy/prometheus says so. */
const mostInHandSeconds = 300;

export async function get({ environmentId }: Actor): Promise<SystemOut> {
  const [database, { overdueSince }, unpassed, unlookedSeconds, keys] = await Promise.all([
    pool().query<{ version: string; bytes: string }>(
      `select current_setting('server_version') as "version", pg_database_size(current_database()) as "bytes"`,
    ),
    readNextRetries(environmentId, 1),
    readUnpassed(),
    readUnlooked(),
    listKeys(),
  ]);
  const [{ version, bytes } = { version: "", bytes: "0" }] = database.rows;
  const inHandSeconds = Math.max(unpassed.soon, unlookedSeconds);
  const behind = replica()?.state ?? null;
  return {
    version: packageJson.version,
    databaseVersion: version,
    databaseBytes: Number(bytes),
    replica: behind === null ? null : { lagSeconds: behind.lagSeconds, used: behind.isUsed },
    retentionDays: env().retentionDays,
    delivers: deliversHere(),
    overdueSince: overdueSince?.toISOString() ?? null,
    inHandSince: inHandSeconds > mostInHandSeconds ? new Date(databaseNowMs() - inHandSeconds * 1000).toISOString() : null,
    canMail: canMail(),
    mailServer: showMailServer(),
    secrets: keys.map(showKey),
  };
}

function showMailServer(): SystemOut["mailServer"] {
  const said = mailServer();
  return said === null ? null : { takesMail: said.takesMail, at: said.at?.toISOString() ?? null };
}

function showKey({ id, newest, remaining, resealed, retiredAt }: SealKey): SystemOut["secrets"][number] {
  return { keyId: id, newest, remaining: newest ? null : remaining, resealed, retiredAt: retiredAt?.toISOString() ?? null };
}
