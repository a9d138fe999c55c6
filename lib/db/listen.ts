/**
 * LISTEN and NOTIFY: cheap news between the processes of one database. News may be lost while a connection is:
 * after `onReconnect`, whoever relies on it must assume the worst. Nothing may be correct only because of it.
 */
import pg from "pg";
import { log } from "../log.ts";
import { setSingleton, singleton } from "../singleton.ts";
import { directDatabaseUrl, pool } from "./client.ts";
import { makeClient } from "./connection.ts";
import { noteDatabaseFails, noteDatabaseWorks, warnOfFailure } from "../outage.ts";
import { warnSeldom } from "../seldom.ts";

type Handler = (payload: string) => void;

const connectionTimeoutMs = 5_000;
const heartbeatMs = 10_000;
const maxWaitMs = 5_000;

/** Calls the handler for each NOTIFY on the channel, those of this process included. Resolves once the channel is listened to. */
export const listen = (channel: string, handler: Handler): Promise<void> => listener().listen(channel, handler);

/** The handler is called when the lost connection listens again: any NOTIFY of the meantime may have been missed. */
export const onReconnect = (handler: () => void): void => listener().onReconnect(handler);

/** Sends a NOTIFY. To be called outside of transactions that others wait for: commits with a NOTIFY follow one another. */
export async function notify(channel: string, payload: string): Promise<void> {
  await pool().query("select pg_notify($1, $2)", [channel, payload]);
}

/**
 * Runs a statement on the connection that listens, now and whenever it is made anew: for locks that this process holds as long as
 * it lives.
 */
export const holdAlways = (statement: HeldStatement): Promise<void> => listener().hold(statement);

export type HeldStatement = { text: string; values: unknown[] };

export async function closeListener(): Promise<void> {
  const current = singleton<Listener | null>("listener", () => null);
  setSingleton("listener", undefined);
  await current?.close();
}

const listener = (): Listener => singleton("listener", () => new Listener(directDatabaseUrl()));

class Listener {
  readonly #url: string;
  readonly #handlers = new Map<string, Set<Handler>>();
  readonly #reconnectHandlers = new Set<() => void>();
  /** Listening is idling, which a role may be allowed for some minutes only. */
  readonly #held: HeldStatement[] = [{ text: "set idle_session_timeout = 0", values: [] }];
  #client: pg.Client | null = null;
  #connecting: Promise<void> | null = null;
  #heartbeat: NodeJS.Timeout | null = null;
  #closed = false;
  /** Ends with the last query that was asked for. */
  #asked: Promise<unknown> = Promise.resolve();

  constructor(url: string) {
    this.#url = url;
  }

  async listen(channel: string, handler: Handler): Promise<void> {
    const known = this.#handlers.get(channel);
    if (known === undefined) this.#handlers.set(channel, new Set([handler]));
    else known.add(handler);
    if (this.#client === null) await this.#connect(false);
    // Connecting listens to every channel known by then; a second time is harmless.
    if (known === undefined) await this.#ask(`listen ${pg.escapeIdentifier(channel)}`);
  }

  onReconnect(handler: () => void): void {
    this.#reconnectHandlers.add(handler);
  }

  async hold(statement: HeldStatement): Promise<void> {
    if (this.#client === null) await this.#connect(false);
    await this.#ask(statement.text, statement.values);
    this.#held.push(statement);
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#heartbeat !== null) clearInterval(this.#heartbeat);
    const client = this.#client;
    this.#client = null;
    await client?.end().catch(() => undefined);
  }

  /** One query after the other: the driver is to be asked for a second one only once it has answered the first. */
  #ask(text: string, values?: unknown[]): Promise<unknown> {
    const asked = this.#asked.then(() => this.#client?.query(text, values));
    this.#asked = asked.catch(() => undefined);
    return asked;
  }

  #connect(again: boolean): Promise<void> {
    this.#connecting ??= this.#connectUntilDone(again).finally(() => (this.#connecting = null));
    return this.#connecting;
  }

  async #connectUntilDone(again: boolean): Promise<void> {
    for (let waitMs = 50; !this.#closed; waitMs = Math.min(waitMs * 2, maxWaitMs)) {
      const client = makeClient(this.#url, {
        connectionTimeoutMillis: connectionTimeoutMs,
        query_timeout: connectionTimeoutMs,
        application_name: "webster listen",
        keepAlive: true,
      });
      client.on("error", () => this.#lost(client));
      client.on("end", () => this.#lost(client));
      client.on("notification", ({ channel, payload }) => this.#deliver(channel, payload ?? ""));
      try {
        await client.connect();
        for (const { text, values } of this.#held) await client.query(text, values);
        await this.#listenToAll(client);
      } catch (error) {
        noteDatabaseFails(error);
        warnOfFailure("listen.connect_failed", error);
        await client.end().catch(() => undefined);
        await new Promise((resolve) => setTimeout(resolve, waitMs).unref());
        continue;
      }
      this.#client = client;
      this.#watch(client);
      if (again) for (const handler of this.#reconnectHandlers) handler();
      return;
    }
  }

  /** Channels may be added while this runs; it ends when all are listened to. */
  async #listenToAll(client: pg.Client): Promise<void> {
    const done = new Set<string>();
    for (;;) {
      const next = [...this.#handlers.keys()].find((channel) => !done.has(channel));
      if (next === undefined) return;
      await client.query(`listen ${pg.escapeIdentifier(next)}`);
      done.add(next);
    }
  }

  /** A connection can die without a word (a firewall, a pulled cable); only asking shows it. */
  #watch(client: pg.Client): void {
    if (this.#heartbeat !== null) clearInterval(this.#heartbeat);
    this.#heartbeat = setInterval(() => {
      this.#ask("select 1").then(noteDatabaseWorks, () => this.#lost(client));
    }, heartbeatMs).unref();
  }

  #lost(client: pg.Client): void {
    if (this.#closed || this.#client !== client) return;
    this.#client = null;
    warnSeldom("listen.connection_lost", "", {});
    client.end().catch(() => undefined);
    void this.#connect(true);
  }

  #deliver(channel: string, payload: string): void {
    for (const handler of this.#handlers.get(channel) ?? []) {
      try {
        handler(payload);
      } catch (error) {
        log.error({ channel, error: (error as Error).message }, "listen.handler_failed");
      }
    }
  }
}
