/** `webster doctor`: looks at everything that a Webster with these settings needs, and changes nothing. */
import { statfs } from "node:fs/promises";
import { createTransport } from "nodemailer";
import type pg from "pg";
import { startCommand } from "../../lib/commands.ts";
import { withClient } from "../../lib/db/connection.ts";
import { findRisks, riskWords } from "../../lib/db/durability.ts";
import { describeUrl, explainDatabaseError } from "../../lib/db/explain.ts";
import { requireFit } from "../../lib/db/fitness.ts";
import { lookForPooler } from "../../lib/db/pooler.ts";
import { countPending } from "../../lib/db/migrate.ts";
import { connectionsOf } from "../../lib/db/poolSizes.ts";
import { findReplicaFault } from "../../lib/db/replicaFitness.ts";
import { findNarrowness } from "../../lib/db/room.ts";
import { StartError } from "../../lib/db/startError.ts";
import { type Env, isInImage, setEnv } from "../../lib/env.ts";
import { openTunnel } from "../../lib/egress.ts";
import { type Io, print } from "./io.ts";
import { settingsOf } from "./settings.ts";

type Finding = { state: "fine" | "fault" | "skipped"; words: string; remedy?: string };
type Check = { name: string; look: (env: Env) => Promise<Finding> };

const timeoutMs = 10_000;
const tolerableClockMs = 2_000;
const tightDiskBytes = 2_000_000_000;

const fine = (words: string): Finding => ({ state: "fine", words });
const skipped = (words: string): Finding => ({ state: "skipped", words });
const fault = (words: string, remedy: string): Finding => ({ state: "fault", words, remedy });

const checks: Check[] = [
  { name: "Database", look: lookAtDatabase },
  { name: "Sessions", look: lookAtSessions },
  { name: "Commits", look: lookAtCommits },
  { name: "Replica", look: lookAtReplica },
  { name: "Clock", look: lookAtClock },
  { name: "Disk", look: lookAtDisk },
  { name: "Address", look: lookAtAddress },
  { name: "Proxy", look: lookAtProxy },
  { name: "Mail", look: lookAtMail },
];

/** Prints what was found; answers whether all is fine. Throws CliError where the settings are not valid. */
export async function doctor(io: Io): Promise<boolean> {
  const env = settingsOf(io);
  setEnv(env);
  let isFine = true;
  for (const { name, look } of checks) {
    const { state, words, remedy } = await look(env).catch(explained);
    const mark = { fine: "✓", fault: "✗", skipped: "–" }[state];
    print(io, `${mark} ${name.padEnd(9)} ${words}${remedy === undefined ? "" : `\n  What to do: ${remedy}`}`);
    isFine &&= state !== "fault";
  }
  return isFine;
}

const explained = (error: unknown): Finding =>
  error instanceof StartError
    ? fault(error.message, error.remedy)
    : fault((error as Error).message, "Look at the setting that this is about.");

const asking = { connectionTimeoutMillis: timeoutMs, application_name: "webster doctor" };

/** Rejects with what it means to people. */
const withDatabase = <T>(url: string, config: pg.ClientConfig, work: (client: pg.Client) => Promise<T>): Promise<T> =>
  withClient(url, { ...asking, ...config }, work).catch((error: unknown) => {
    throw explainDatabaseError(error, url);
  });

const query = <Row>(url: string, text: string): Promise<Row> =>
  withDatabase(url, { query_timeout: timeoutMs }, async (client) => (await client.query(text)).rows[0] as Row);

async function lookAtDatabase({ databaseUrl, directDatabaseUrl }: Env): Promise<Finding> {
  if (databaseUrl === null)
    return isInImage()
      ? fault("No database is set, and an image has none of its own.", "Set DATABASE_URL to a PostgreSQL 14 or newer.")
      : skipped(`Embedded: ${startCommand()} brings it, and looks after it`);
  await lookForPooler(databaseUrl, directDatabaseUrl);
  const url = directDatabaseUrl ?? databaseUrl;
  const { host, name } = describeUrl(url);
  return withDatabase(url, {}, async (client) => {
    await requireFit(client, host, name);
    const { rows } = await client.query<{ version: string }>("select current_setting('server_version') as version");
    const pending = await countPending(client);
    const tables =
      pending === 0 ? "with this version's tables" : `with tables that the next start brings up to date (migrations: ${pending})`;
    return fine(`PostgreSQL ${rows[0]?.version ?? ""}, database "${name}" at ${host}, ${tables}`);
  });
}

async function lookAtSessions({ databaseUrl, directDatabaseUrl, processes }: Env): Promise<Finding> {
  if (databaseUrl === null) return skipped("The embedded database has room for them");
  if (directDatabaseUrl !== null) return skipped("The pooler shares them out");
  const needed = connectionsOf(processes);
  const found = await withDatabase(databaseUrl, { query_timeout: timeoutMs }, (client) => findNarrowness(client, needed));
  return found === null ? fine(`There is room for the ${needed} connections that Webster may open`) : fault(`${found[0]}.`, found[1]);
}

async function lookAtCommits({ databaseUrl, directDatabaseUrl }: Env): Promise<Finding> {
  if (databaseUrl === null) return skipped("The embedded database keeps them");
  const risks = await withDatabase(directDatabaseUrl ?? databaseUrl, { query_timeout: timeoutMs }, findRisks);
  const [what, remedy] = riskWords(risks);
  return risks.length === 0 ? fine("What is committed is there after a crash") : fault(`${what}.`, remedy);
}

async function lookAtReplica({ databaseUrl, directDatabaseUrl, replicaDatabaseUrl: url }: Env): Promise<Finding> {
  const primary = directDatabaseUrl ?? databaseUrl;
  if (url === null || primary === null) return skipped("None is set");
  const found = await findReplicaFault(primary, url, timeoutMs);
  return found === null ? fine(`A standby at ${describeUrl(url).host}`) : fault(found.message, found.remedy);
}

async function lookAtClock({ databaseUrl }: Env): Promise<Finding> {
  if (databaseUrl === null) return skipped("The embedded database has this machine's");
  const sentMs = Date.now();
  const { ms } = await query<{ ms: number }>(databaseUrl, "select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms");
  const offMs = Math.max(0, sentMs - ms, ms - Date.now());
  const words = `This machine's clock and the database's are ${(offMs / 1000).toFixed(1)} s apart`;
  return offMs < tolerableClockMs
    ? fine(words)
    : fault(`${words}.`, "Webster goes by the database's, so signatures are right; synchronise both (chrony, systemd-timesyncd).");
}

async function lookAtDisk({ databaseUrl, dataDir }: Env): Promise<Finding> {
  if (databaseUrl !== null) return skipped("The database's own machine has it; /health/ready tells when it is full");
  const { bavail, bsize } = await statfs(dataDir).catch(() => statfs("."));
  const free = `${((bavail * bsize) / 1e9).toFixed(1)} GB are free for ${dataDir}`;
  return bavail * bsize > tightDiskBytes ? fine(free) : fault(`${free}.`, "Make room, or lower WEBSTER_RETENTION_DAYS.");
}

async function lookAtAddress({ publicUrl }: Env): Promise<Finding> {
  if (publicUrl === null) return skipped("WEBSTER_URL is unset: only this machine reaches it");
  try {
    const response = await fetch(`${publicUrl}/health`, { signal: AbortSignal.timeout(timeoutMs), redirect: "manual" });
    if (response.status === 204) return fine(`${publicUrl} answers`);
    return fault(`${publicUrl}/health answers ${response.status}, not 204.`, "Look at the proxy in front, and at Webster's log.");
  } catch (error) {
    const { cause } = error as { cause?: { code?: string } };
    return fault(
      `${publicUrl} does not answer (${cause?.code ?? (error as Error).message}).`,
      "Start Webster, or correct WEBSTER_URL or the proxy in front.",
    );
  }
}

async function lookAtProxy({ egress, attemptTimeoutMs }: Env): Promise<Finding> {
  if (egress === null) return skipped("Webhooks leave directly");
  const proxy = new URL(egress.proxyUrl);
  const error = await new Promise<Error | null>((resolve) =>
    openTunnel(proxy, { host: "example.com", port: 443 }, Math.min(attemptTimeoutMs, timeoutMs), (failed, socket) => {
      socket.destroy();
      resolve(failed);
    }),
  );
  if (error === null) return fine(`${proxy.host} lets a tunnel to example.com:443 through`);
  return fault(`${proxy.host}: ${error.message}.`, "Check WEBSTER_EGRESS_PROXY, and what the proxy allows.");
}

async function lookAtMail({ mail }: Env): Promise<Finding> {
  if (mail === null) return skipped("None is set: links are shown to copy");
  const transport = createTransport({
    url: mail.smtpUrl,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
  });
  try {
    await transport.verify();
    return fine(`${new URL(mail.smtpUrl).host} takes mail`);
  } catch (error) {
    return fault(`${new URL(mail.smtpUrl).host}: ${(error as Error).message}.`, "Correct WEBSTER_SMTP_URL.");
  } finally {
    transport.close();
  }
}
