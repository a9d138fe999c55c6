/** Which of several database servers to connect to: the one that fits `target_session_attrs`, asked anew for new connections. */
import pg from "pg";
import { type DatabaseHost, type DatabaseTarget, hostsOf, type Wish } from "../databaseUrl.ts";
import { log } from "../log.ts";

type Kind = { isStandby: boolean; isReadOnly: boolean };

// So long an answer counts: a fail-over takes longer, and a pool that opens ten connections asks once.
const rememberedMs = 1_000;
const betweenRoundsMs = 200;

/** What each wish takes. Webster writes, so that "any" of several is the one that it can write to. */
const fits: Record<Wish, (kind: Kind) => boolean> = {
  any: ({ isReadOnly }) => !isReadOnly,
  "read-write": ({ isReadOnly }) => !isReadOnly,
  primary: ({ isStandby }) => !isStandby,
  "read-only": ({ isReadOnly }) => isReadOnly,
  standby: ({ isStandby }) => isStandby,
  "prefer-standby": ({ isStandby }) => isStandby,
};

export class Hosts {
  readonly #target: DatabaseTarget;
  #chosen: { host: DatabaseHost; atMs: number } | null = null;
  #last: DatabaseHost | null = null;
  #choosing: Promise<DatabaseHost> | null = null;

  constructor(target: DatabaseTarget) {
    this.#target = target;
  }

  /** The server to connect to. Rejects if within `timeoutMs` none fits. */
  choose(timeoutMs: number): Promise<DatabaseHost> {
    if (this.#chosen !== null && performance.now() - this.#chosen.atMs < rememberedMs) return Promise.resolve(this.#chosen.host);
    this.#choosing ??= this.#ask(timeoutMs).finally(() => (this.#choosing = null));
    return this.#choosing;
  }

  async #ask(timeoutMs: number): Promise<DatabaseHost> {
    const deadlineMs = performance.now() + timeoutMs;
    for (;;) {
      const leftMs = Math.max(100, deadlineMs - performance.now());
      const { found, faults } = await this.#round(leftMs);
      if (found !== null) return this.#choose(found);
      if (performance.now() + betweenRoundsMs > deadlineMs) throw new NoServer(this.#target, faults);
      await new Promise((resolve) => setTimeout(resolve, betweenRoundsMs));
    }
  }

  #choose(host: DatabaseHost): DatabaseHost {
    if (this.#last !== null && this.#last !== host) log.warn({ host: host.host, port: host.port }, "database.server_changed");
    this.#last = host;
    this.#chosen = { host, atMs: performance.now() };
    return host;
  }

  /** Asks all at once: one that is cut off says nothing, and must not keep the others waiting. */
  async #round(timeoutMs: number): Promise<{ found: DatabaseHost | null; faults: string[] }> {
    const { hosts, wish } = this.#target;
    const faults: string[] = [];
    const answers = hosts.map(async (host) => {
      try {
        if (fits[wish](await kindOf(this.#target.urlOf(host), timeoutMs))) return host;
        throw new Error(wish === "standby" || wish === "read-only" ? "is the primary" : "is read-only, a standby");
      } catch (error) {
        faults.push(`${host.host}:${host.port} ${(error as Error).message}`);
        throw error;
      }
    });
    const found = await Promise.any(answers).catch(() => null);
    if (found !== null || wish !== "prefer-standby") return { found, faults };
    const some = hosts.map(async (host) => kindOf(this.#target.urlOf(host), timeoutMs).then(() => host));
    return { found: await Promise.any(some).catch(() => null), faults };
  }
}

/** None of the servers fits: with what each of them said. */
class NoServer extends Error {
  override readonly name = "NoServer";
  readonly code = "ECONNREFUSED";

  constructor(target: DatabaseTarget, faults: string[]) {
    super(`none of ${hostsOf(target)} is ${target.wish === "any" ? "read-write" : target.wish} (${faults.join("; ")})`);
  }
}

async function kindOf(url: string, timeoutMs: number): Promise<Kind> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: timeoutMs, query_timeout: timeoutMs });
  client.on("error", () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<Kind>(
      `select pg_is_in_recovery() as "isStandby", current_setting('transaction_read_only')::bool as "isReadOnly"`,
    );
    return rows[0] ?? { isStandby: true, isReadOnly: true };
  } finally {
    void client.end().catch(() => undefined);
  }
}
