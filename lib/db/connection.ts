/** How connections to PostgreSQL are made: to which of several servers, and with which settings, through a pooler too. */
import pg from "pg";
import { type DatabaseTarget, parseDatabaseUrl, strictTls } from "../databaseUrl.ts";
import { singleton } from "../singleton.ts";
import { Hosts } from "./hosts.ts";

/**
 * How a session gets its settings: with the start of the connection; by a statement after it, because a pooler takes no others
 * than its own at the start; or not at all, because it is another server's session with each transaction.
 */
export type SettingsWay = "startup" | "statement" | "none";

const ways = (): Map<string, SettingsWay> => singleton("settingsWays", () => new Map());

/** Says how sessions at this URL get their settings, as lib/db/pooler.ts has found out. Until then: "startup". */
export const setSettingsWay = (url: string, way: SettingsWay): void => void ways().set(url, way);

/**
 * What a server, a database or a role may set otherwise for its sessions. Prisma takes the moments of any session for UTC's, and writes
 * them so; the driver reads them as ISO 8601 has them, and confuses days and months of others without a word; and who waits for a
 * lock is to see what was committed meanwhile. Without NULLs in arrays no outcome could be stored, and a moment as a number has more
 * digits than a session may be told to write.
 */
export const reliedOn = {
  timezone: "UTC",
  datestyle: "ISO",
  intervalstyle: "postgres",
  default_transaction_isolation: "read committed",
  array_nulls: "on",
  transform_null_equals: "off",
  standard_conforming_strings: "on",
  bytea_output: "hex",
  extra_float_digits: "1",
} as const;

/** The part of a pool's or a client's options that follows from the URL, and the settings of its sessions. */
export function connectionOptions(url: string, settings: Record<string, string> = {}): pg.PoolConfig {
  const way = ways().get(url) ?? "startup";
  const all = Object.entries({ ...reliedOn, ...settings });
  const options = all.map(([name, value]) => `-c ${name}=${value.replaceAll(" ", "\\ ")}`).join(" ");
  const statement = `select ${all.map((_, i) => `set_config($${2 * i + 1}, $${2 * i + 2}, false)`).join(", ")}`;
  return {
    ...addressOf(url, way === "none" ? NamelessClient : undefined),
    ...(way === "startup" ? { options } : {}),
    ...(way === "statement" ? { onConnect: ((client) => client.query(statement, all.flat())) as OnConnect } : {}),
  };
}

// The pool waits for a promise, although its type does not say so.
type OnConnect = NonNullable<pg.PoolConfig["onConnect"]>;

/** A single connection to the server that the URL means. */
export function makeClient(url: string, options: pg.ClientConfig): pg.Client {
  const { Client = pg.Client, ...address } = addressOf(url);
  return new Client({ ...address, ...options });
}

type Address = { connectionString: string; Client?: new (config?: string | pg.ClientConfig) => pg.Client };

function addressOf(url: string, Client?: typeof pg.Client): Address {
  const target = parseDatabaseUrl(url);
  const [first] = target?.hosts ?? [];
  if (target === null || first === undefined || !target.isChoice)
    return { connectionString: strictTls(url), ...(Client === undefined ? {} : { Client }) };
  return { connectionString: target.urlOf(first), Client: choosingClient(url, target, Client ?? pg.Client) };
}

const choosers = (): Map<string, Hosts> => singleton("databaseHosts", () => new Map());

/** Works on a connection of its own, which is closed afterwards whatever comes of it. */
export async function withClient<T>(url: string, config: pg.ClientConfig, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = makeClient(url, config);
  client.on("error", () => undefined);
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** A client that asks, before it connects, which server is the right one by now. */
function choosingClient(url: string, target: DatabaseTarget, Base: typeof pg.Client) {
  const hosts = choosers().get(url) ?? new Hosts(target);
  choosers().set(url, hosts);
  return class ChoosingClient extends Base {
    override connect(): Promise<pg.Client>;
    override connect(callback: ((error: Error) => void) | ((error: null, client: pg.Client) => void)): void;
    override connect(callback?: ((error: Error) => void) | ((error: null, client: pg.Client) => void)): Promise<pg.Client> | void {
      const done = this.#toChosen();
      if (callback === undefined) return done;
      const tell = callback as (error: Error | null, client?: pg.Client) => void;
      done.then((client) => tell(null, client), tell);
    }

    async #toChosen(): Promise<pg.Client> {
      const { host, port } = await hosts.choose(chooseTimeoutMs);
      Object.assign(this, { host, port });
      return super.connect();
    }
  };
}

/**
 * A client whose statements are not prepared by name: a pooler in transaction mode gives each to another server session, which
 * knows none of the names (PgBouncer before 1.21).
 */
class NamelessClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    const query = this.query.bind(this) as (...parameters: unknown[]) => unknown;
    this.query = ((first: unknown, ...rest: unknown[]) => query(withoutName(first), ...rest)) as typeof this.query;
  }
}

const withoutName = (statement: unknown): unknown =>
  typeof statement === "object" && statement !== null && Object.getPrototypeOf(statement) === Object.prototype && "name" in statement
    ? { ...statement, name: undefined }
    : statement;

// Fail-overs take seconds; whoever waits for less gives up before.
const chooseTimeoutMs = 10_000;
