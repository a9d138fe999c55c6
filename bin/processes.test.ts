import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { Client } from "pg";
import { Pool } from "undici";
import { afterEach, expect, it, vi } from "vitest";
import { locks } from "../lib/db/locks.ts";
import { isAlive } from "../lib/db/processes.ts";
import { emptyDatabase } from "../lib/testing/database.ts";
import { expositionOf } from "../lib/testing/exposition.ts";
import { freePort } from "../lib/testing/freePort.ts";
import type { Program } from "../lib/testing/program.ts";
import { programsOfEachTest } from "../lib/testing/programs.ts";
import { type Receiver, startReceiver } from "../lib/testing/receiver.ts";
import { testSecret } from "../lib/testing/settings.ts";

// Each of these tests starts whole programs, on machines that may be busy.
vi.setConfig({ testTimeout: 300_000 });

const apiKey = "a-key-for-scripts-0123456789";
const programs = programsOfEachTest();
const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const server = (env: Record<string, string>): Program =>
  programs.start("bin/server.ts", ["--no-pages"], { WEBSTER_BOOTSTRAP_API_KEY: apiKey, WEBSTER_LEASE_SECONDS: "2", ...env });

const urlOf = async (program: Program): Promise<string> => (await program.waitFor(/API +(http:\S+)\/api\/v1/))[1] ?? "";
const operationsOf = async (program: Program): Promise<string> => (await program.waitFor(/Operations (http:\S+)\/health\/ready/))[1] ?? "";

/** The pid of a process with that number; the `nth` that had it. */
async function pidOf(program: Program, number: number, nth = 1): Promise<number> {
  const working = `"process":${number},"pid":(\\d+),"msg":"process\\.working"`;
  return Number((await program.waitFor(new RegExp(`(?:${working}[^]*?){${nth}}`)))[1]);
}

async function ask(url: string, method: string, path: string, body?: object): Promise<Response> {
  const headers = { authorization: `Bearer ${apiKey}`, "content-type": "application/json" };
  return fetch(`${url}/api/v1${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
}

/** An application with an endpoint that takes everything. */
async function furnish(url: string): Promise<Receiver> {
  const receiver = await startReceiver();
  ends.push(() => receiver.close());
  expect((await ask(url, "POST", "/app", { name: "A", uid: "a" })).status).toBe(201);
  expect((await ask(url, "POST", "/app/a/endpoint", { url: receiver.url })).status).toBe(201);
  return receiver;
}

type Posting = {
  accepted: Set<string>;
  /** What was no acceptance, in words. */
  refused: string[];
  /** Resolves once so many more are accepted. */
  more: (count: number) => Promise<void>;
  stop: () => Promise<void>;
};

/** Posts steadily over connections that stay open. `origins`: those that take requests now, of which each post takes the next. */
function postSteadily(origins: () => string[]): Posting {
  const pools = new Map<string, Pool>();
  const poolOf = (origin: string): Pool => {
    const pool = pools.get(origin) ?? new Pool(origin, { connections: 4, pipelining: 1, headersTimeout: 60_000 });
    pools.set(origin, pool);
    return pool;
  };
  const [accepted, refused] = [new Set<string>(), [] as string[]];
  const over = new AbortController();
  let turn = 0;
  let waiting: { count: number; resolve: () => void } | null = null;
  const post = async (): Promise<void> => {
    const all = origins();
    const pool = poolOf(all[turn++ % all.length] ?? "http://127.0.0.1:1");
    const { statusCode, body } = await pool.request({
      method: "POST",
      path: "/api/v1/app/a/msg",
      headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
      body: JSON.stringify({ eventType: "t", payload: { turn } }),
    });
    const text = await body.text();
    if (statusCode !== 202) return void refused.push(`${statusCode} ${text}`);
    accepted.add((JSON.parse(text) as { id: string }).id);
    if (waiting !== null && accepted.size >= waiting.count) waiting.resolve();
  };
  const lane = async (): Promise<void> => {
    while (!over.signal.aborted) await post().catch((error: Error) => refused.push(error.message));
  };
  const lanes = Array.from({ length: 4 }, lane);
  return {
    accepted,
    refused,
    more: (count) => new Promise((resolve) => (waiting = { count: accepted.size + count, resolve })),
    stop: async () => {
      over.abort();
      await Promise.all(lanes);
      await Promise.all([...pools.values()].map((pool) => pool.close()));
    },
  };
}

/** Waits until the receiver has got every message that was accepted. */
const allDelivered = (receiver: Receiver, { accepted }: Posting): Promise<void> =>
  expect.poll(() => [...accepted].filter((id) => !receiver.hits.some(({ headers }) => headers["webhook-id"] === id))).toEqual([]);

it("two processes share a port: one is killed, both are replaced, nothing accepted is lost, and a scrape has the sum of both", async () => {
  const program = server({ WEBSTER_PROCESSES: "2", WEBSTER_OPERATIONS_PORT: "0" });
  const url = await urlOf(program);
  const operations = await operationsOf(program);
  expect(program.output().match(/setup#token=/g)).toHaveLength(1);
  const pids = [await pidOf(program, 1), await pidOf(program, 2)];
  const receiver = await furnish(url);
  const scrape = async (): Promise<Map<string, number>> => {
    const { samples, faults } = expositionOf(await (await fetch(`${operations}/metrics`)).text());
    expect(faults).toEqual([]);
    return samples;
  };
  const steady = postSteadily(() => [url]);
  await steady.more(40);
  await steady.stop();
  const before = await scrape();
  expect([before.get("webster_messages_accepted_total"), before.get("webster_processes")]).toEqual([steady.accepted.size, 2]);
  // Whichever process answers, it says the same as the primary.
  const ofApi = expositionOf(await (await ask(url, "GET", "/metrics")).text()).samples;
  expect(ofApi.get("webster_messages_accepted_total")).toBe(steady.accepted.size);

  const posting = postSteadily(() => [url]);
  await posting.more(20);
  process.kill(pids[1] ?? 0, "SIGKILL");
  await posting.more(60);
  pids[1] = await pidOf(program, 2, 2);
  await posting.more(20);
  await posting.stop();
  expect(program.output()).toMatch(/"process":2,"by":"SIGKILL"[^\n]*"msg":"process\.ended"/);
  // Nothing but what was under way on the four connections of the killed one.
  expect(posting.refused.length).toBeLessThanOrEqual(4);
  for (const refused of posting.refused) expect(refused).toMatch(/other side closed|ECONNRESET|Timeout|socket/i);
  const after = await scrape();
  expect(after.get('webster_processes_ended_total{by="SIGKILL"}')).toBe(1);
  expect(after.get("webster_processes")).toBe(2);
  expect(after.get("webster_messages_accepted_total")).toBeGreaterThanOrEqual(steady.accepted.size);
  await allDelivered(receiver, steady);
  await allDelivered(receiver, posting);

  // One after the other is replaced, and not a single post is refused.
  const during = postSteadily(() => [url]);
  for (const [index, nth] of [2, 3].entries()) {
    await during.more(20);
    process.kill(pids[index] ?? 0, "SIGTERM");
    pids[index] = await pidOf(program, index + 1, nth);
    await during.more(20);
  }
  await during.stop();
  expect(during.refused).toEqual([]);
  await allDelivered(receiver, during);
  expect((await scrape()).get("webster_messages_accepted_total")).toBeGreaterThanOrEqual(steady.accepted.size + during.accepted.size);

  program.kill("SIGTERM");
  expect([(await program.exited).code, program.output()]).toEqual([0, expect.stringContaining("Stopped.")]);
  expect([program.pid, ...pids].filter(isAlive)).toEqual([]);
  expect(program.output().match(/process\.ended/g)).toHaveLength(1);
  expect(program.output()).not.toMatch(/ {4}at .*:\d+/);
});

it("servers are restarted in turn behind a balancer that asks whether they are ready, and no post is refused or lost", async () => {
  const DATABASE_URL = await emptyDatabase();
  const env = { DATABASE_URL, WEBSTER_SECRET: testSecret, WEBSTER_STOP_DELAY_SECONDS: "3", WEBSTER_ALLOWED_NETWORKS: "127.0.0.0/8" };
  const running = [server(env)];
  await urlOf(running[0] as Program);
  running.push(server(env));
  const urls = await Promise.all(running.map(urlOf));
  const receiver = await furnish(urls[0] ?? "");
  const ready = new Set(urls);
  // As balancers do: asks often, and sends nothing more to one that does not say that it is ready.
  const probe = setInterval(() => {
    for (const url of urls)
      void fetch(`${url}/health/ready`, { headers: { connection: "close" } }).then(
        ({ status }) => (status === 204 ? ready.add(url) : ready.delete(url)),
        () => ready.delete(url),
      );
  }, 100);
  ends.push(() => Promise.resolve(clearInterval(probe)));
  const posting = postSteadily(() => [...ready]);
  for (const [index, program] of running.entries()) {
    await posting.more(20);
    program.kill("SIGTERM");
    expect((await program.exited).code).toBe(0);
    await posting.more(20);
    const port = new URL(urls[index] ?? "").port;
    await urlOf(server({ ...env, PORT: port }));
    await vi.waitUntil(() => ready.has(urls[index] ?? ""), { timeout: 60_000 });
  }
  await posting.more(20);
  await posting.stop();
  expect(posting.refused).toEqual([]);
  await allDelivered(receiver, posting);
});

it.each(["1", "2"])(
  "a server of %s listens before its database is ready: what comes waits and is answered, health checks say so at once",
  async (processes) => {
    const DATABASE_URL = await emptyDatabase();
    const other = new Client({ connectionString: DATABASE_URL });
    await other.connect();
    ends.push(() => other.end());
    // Whoever brings the tables up to date waits for this.
    await other.query("select pg_advisory_lock($1)", [locks.migrate]);
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const program = server({ DATABASE_URL, WEBSTER_SECRET: testSecret, PORT: String(port), WEBSTER_PROCESSES: processes });
    const health = () =>
      fetch(`${url}/health/ready`).then(
        ({ status }) => status,
        () => 0,
      );
    expect(await vi.waitUntil(health, { timeout: 60_000, interval: 50 })).toBe(503);
    const early = (): Promise<Response> => ask(url, "POST", "/app", { name: "Early", uid: "early" });
    const beganMs = performance.now();
    const asked = early();
    expect(await health()).toBe(503);
    expect(program.output()).not.toContain("is running");
    await other.query("select pg_advisory_unlock($1)", [locks.migrate]);
    let answer = await asked;
    // Whoever has waited ten seconds, as on a machine that is busy, is told to come again.
    while (answer.headers.has("retry-after") && performance.now() - beganMs > 10_000) answer = await early();
    expect([answer.status, await answer.text()]).toEqual([201, expect.any(String)]);
    await urlOf(program);
    expect(await health()).toBe(204);
  },
);

it("a port that is taken is told once, and no process is left", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  ends.push(() => new Promise((resolve) => other.close(resolve)));
  await once(other, "listening");
  const { port } = other.address() as AddressInfo;
  const DATABASE_URL = await emptyDatabase();
  const program = server({ PORT: String(port), WEBSTER_PROCESSES: "2", WEBSTER_SECRET: testSecret, DATABASE_URL });
  expect((await program.exited).code).toBe(1);
  expect(program.output().match(/is in use by another program/g)).toHaveLength(1);
  expect(program.output()).toContain("What to do: ");
});

it("says what WEBSTER_PROCESSES takes", async () => {
  const program = server({ WEBSTER_PROCESSES: "many" });
  expect((await program.exited).code).toBe(1);
  expect(program.output()).toContain('WEBSTER_PROCESSES: "many" is not a whole number from 1 to 64, or auto');
});
