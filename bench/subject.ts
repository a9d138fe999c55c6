/** A build of Webster with a database of its own, as a benchmark runs it. */
import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import pg from "pg";
import type { Embedded, startEmbedded } from "../lib/db/embedded.ts";
import { firstId } from "../lib/ids.ts";
import { type Access, api } from "./api.ts";
import { type Cost, measureCost } from "./cost.ts";
import type { Target } from "./prefill.ts";
import { root as ownRoot, type Shape, startWebster, type Webster } from "./processes.ts";
import { endpointCount, eventTypeOf, pathOf, secretOf } from "./workload.ts";

const settledWithinMs = 20_000;
const completeWithinMs = 120_000;

/** What is looked for until there is none of it, the cheapest first: these reads are measured too. */
const pendingSoon = {
  /** Of builds that have everything that is pending in one index. */
  before: [`select from "delivery" where "status" = 'pending' and "nextAttemptAt" < now() + interval '1 hour' limit 1`],
  /** Of others: what is in hand is in none, and among the newest. $1: the least id of those. */
  now: [
    `select from (select "nextAttemptAt" from "delivery" where "messageId" > $1 order by "messageId" desc limit 200) d
     where "nextAttemptAt" < now() + interval '1 hour' limit 1`,
    `select from "delivery" where "dueAt" < now() + interval '1 hour' and $1::text is not null limit 1`,
    `select from "delivery" where "messageId" > $1 and "nextAttemptAt" < now() + interval '1 hour' limit 1`,
  ],
};
const inHandMs = 30_000;
/** The same of builds in which what a claim took together is in hand. */
const pendingClaimed = `select from "claim" c cross join lateral unnest(c."messageIds", c."endpointIds") k ("messageId", "endpointId")
  join "delivery" d on d."messageId" = k."messageId" and d."endpointId" = k."endpointId" and d."leaseId" = '+' || c."leaseId"
  where $1::text is not null limit 1`;

export class Subject {
  readonly name: string;
  readonly client: pg.Client;
  private readonly root: string;
  private readonly directory: string;
  /** Builds of before had one role for everything. */
  private readonly database: Omit<Embedded, "ownerUrl" | "superuserUrl"> & Partial<Embedded>;
  private readonly environment: Record<string, string>;
  private readonly apiKey = `wk_${randomBytes(24).toString("base64url")}`;
  private webster: Webster | null = null;

  private constructor(name: string, root: string, directory: string, database: Subject["database"]) {
    this.name = name;
    this.root = root;
    this.directory = directory;
    this.database = database;
    const { url, ownerUrl } = database;
    this.client = new pg.Client({ connectionString: ownerUrl ?? url });
    this.environment = {
      DATABASE_URL: url,
      ...(ownerUrl === undefined ? {} : { DATABASE_OWNER_URL: ownerUrl }),
      WEBSTER_SECRET: randomBytes(32).toString("base64"),
      WEBSTER_BOOTSTRAP_API_KEY: this.apiKey,
      WEBSTER_ALLOWED_NETWORKS: "127.0.0.0/8",
    };
  }

  /** `root`: the clone of the build, ready to run. The database is started as that build starts it. */
  static async open(name: string, root = ownRoot): Promise<Subject> {
    const directory = mkdtempSync(join(tmpdir(), "webster-bench-"));
    // PostgreSQL runs as another user if we are root.
    chmodSync(directory, 0o711);
    const embedded = (await import(pathToFileURL(join(root, "lib/db/embedded.ts")).href)) as { startEmbedded: typeof startEmbedded };
    const subject = new Subject(name, root, directory, await embedded.startEmbedded(join(directory, "postgres")));
    await subject.client.connect();
    return subject;
  }

  async close(): Promise<void> {
    await this.end();
    await this.client.end();
    await this.database.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** Runs the server with these roles, in place of the one that runs. */
  async begin(
    roles: "web" | "web,worker",
    profileDirectory: string | null = null,
    shape: Shape = { processes: 1, cores: null },
  ): Promise<void> {
    await this.end();
    this.webster = await startWebster({
      root: this.root,
      environment: { ...this.environment, WEBSTER_ROLES: roles },
      logFile: join(this.directory, "server.log"),
      profileDirectory,
      shape,
    });
  }

  /** Waits until as many processes work as there are to be: the first one serves before the others have started. */
  async untilComplete(processes: number): Promise<void> {
    const { url, apiKey } = this.access;
    const deadline = Date.now() + completeWithinMs;
    for (;;) {
      const text = await (await fetch(`${url}/api/v1/metrics`, { headers: { authorization: `Bearer ${apiKey}` } })).text();
      if (text.includes(`\nwebster_processes ${processes}\n`)) return;
      if (Date.now() > deadline) throw new Error(`${this.name}: not all of ${processes} processes have started`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async end(): Promise<void> {
    await this.webster?.stop();
    this.webster = null;
  }

  get access(): Access {
    return { url: this.running.url, apiKey: this.apiKey };
  }

  /** Another connection to its database. */
  async connect(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: this.database.ownerUrl ?? this.database.url });
    await client.connect();
    return client;
  }

  measure(others: Record<string, number>): Promise<(units: number) => Promise<Cost>> {
    return measureCost(this.client, { Webster: this.running.pid, PostgreSQL: this.database.pid(), ...others });
  }

  /** An application with the endpoints of workload.ts. */
  async createTarget(receiverUrl: string): Promise<Target> {
    const application = await api(this.access, "/app", { name: "Bench" });
    const endpointIds: string[] = [];
    for (let endpoint = 0; endpoint < endpointCount; endpoint++) {
      await api(this.access, "/event-type", { name: eventTypeOf(endpoint), description: "" });
      const body = { url: `${receiverUrl}${pathOf(endpoint)}`, secret: secretOf(endpoint), eventTypes: [eventTypeOf(endpoint)] };
      endpointIds.push((await api(this.access, `/app/${application.id}/endpoint`, body)).id);
    }
    const found = await this.client.query<{ environmentId: string }>(`select "environmentId" from "application" where "id" = $1`, [
      application.id,
    ]);
    return { environmentId: found.rows[0]?.environmentId ?? "", applicationId: application.id, endpointIds };
  }

  /** Waits until no delivery is pending, but for retries of later: what was sent is not yet recorded. False: some still are, after a long time. */
  async settled(): Promise<boolean> {
    const deadline = Date.now() + settledWithinMs;
    const hasHand = await this.client.query(`select from pg_attribute where attrelid = '"delivery"'::regclass and attname = 'dueAt'`);
    const hasClaims = await this.client.query(`select from pg_class where oid = to_regclass('"claim"')`);
    const now = hasClaims.rowCount === 0 ? pendingSoon.now : [...pendingSoon.now, pendingClaimed];
    const [reads, values] = hasHand.rowCount === 0 ? [pendingSoon.before, []] : [now, [firstId("message", Date.now() - inHandMs)]];
    for (let at = 0; at < reads.length;) {
      const pending = await this.client.query(reads[at] ?? "", values);
      if (pending.rowCount === 0) at++;
      else {
        if (Date.now() > deadline) return false;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
    return true;
  }

  get pid(): number {
    return this.running.pid;
  }

  private get running(): Webster {
    if (this.webster === null) throw new Error(`${this.name} does not run`);
    return this.webster;
  }
}
