/**
 * `npm run prove:cluster`: Webster on several machines, made of network namespaces: two servers, three workers, PostgreSQL under
 * Patroni with etcd on three, a PgBouncer. While messages are sent and delivered, machines are killed, cut off and changed over, and
 * nobody restarts anything of Webster's. Needs root, and ten minutes. Or a part of it: -- primaries, webster, asynchronous.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { runProgram, temporaryDirectory } from "../lib/testing/program.ts";
import { requirePrograms } from "./prove/commands.ts";
import { judge, proofSettings } from "./prove/exercise.ts";
import { everybody, here, Host, makeNetwork, removeNetwork } from "./prove/hosts.ts";
import { Load } from "./prove/load.ts";
import { DatabaseCluster, servePooler } from "./prove/patroni.ts";

requirePrograms(
  ["ip", "setpriv", "etcd", "patroni", "patronictl", "haproxy", "pgbouncer"],
  "Debian and Ubuntu: apt-get install iproute2 etcd-server patroni haproxy pgbouncer postgresql",
);

const sleep = (seconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
const [directory, remove] = temporaryDirectory();
const hosts: Host[] = [];
const host = (name: string, last: number): Host => {
  const made = new Host(name, last, directory);
  hosts.push(made);
  return made;
};

makeNetwork();
const database = new DatabaseCluster([host("db1", 11), host("db2", 12), host("db3", 13)], directory);
const [pool, ...webs] = [host("pool", 20), host("web1", 31), host("web2", 32)] as const;
const workers = [host("worker1", 41), host("worker2", 42), host("worker3", 43)] as const;
const load = new Load(
  webs.map(({ address }) => `http://${address}:3000`),
  here,
);

/** Everything that the machines run of Webster: half of it by the list of hosts alone, half through the pooler. */
function serveWebster(): void {
  mkdirSync(join(directory, "pool"), { mode: 0o711 });
  const pooled = servePooler(pool, database, join(directory, "pool"));
  const direct = database.urlAs("webster_app");
  const settings = {
    ...proofSettings,
    WEBSTER_ALLOWED_NETWORKS: everybody,
    WEBSTER_URL: `http://${webs[0].address}:3000`,
    WEBSTER_RETRY_SCHEDULE: "1,1,2,2,5,5,5,5,5,5,10,10,10,10",
    WEBSTER_LEASE_SECONDS: "15",
    HOST: "0.0.0.0",
    PORT: "3000",
    NODE_ENV: "production",
  };
  const throughPool = { ...settings, DATABASE_URL: pooled, DATABASE_DIRECT_URL: direct };
  const byList = { ...settings, DATABASE_URL: direct };
  const program = (file: string): string[] => [process.execPath, "bin/start.mjs", "--run", file];
  webs.forEach((web, i) =>
    web.serve("webster", [...program("bin/server.ts"), "--no-pages"], { ...(i === 0 ? byList : throughPool), WEBSTER_ROLES: "web" }),
  );
  workers.forEach((worker, i) => worker.serve("webster", program("bin/worker.ts"), i === 2 ? throughPool : byList));
}

async function migrate(): Promise<void> {
  const leader = await database.hostAs("Leader");
  await database.whole(true);
  for (const sql of ["create role webster_owner login", "create role webster_app login", "create database webster owner webster_owner"])
    await database.query(leader, "postgres", sql);
  const urls = { ...proofSettings, DATABASE_URL: database.urlAs("webster_app"), DATABASE_OWNER_URL: database.urlAs("webster_owner") };
  const migration = runProgram("bin/migrateDatabase.ts", [], urls);
  if ((await migration.exited).code !== 0) throw new Error(migration.output());
}

async function ready(): Promise<void> {
  for (const { address } of webs)
    for (let triesLeft = 240; triesLeft > 0; triesLeft--) {
      const answer = await fetch(`http://${address}:3000/health/ready`).catch(() => null);
      if (answer?.ok === true) break;
      await sleep(0.5);
    }
}

/** Waits until everything that was accepted has arrived, for a minute at most; how much has not. */
async function missing(): Promise<number> {
  for (let triesLeft = 120; triesLeft > 0 && load.missing().length > 0; triesLeft--) await sleep(0.5);
  return load.missing().length;
}

/** Something happens to the machines while messages flow; then everything accepted has to arrive. */
async function scene(name: string, happens: () => Promise<void>): Promise<void> {
  load.look();
  load.refused.clear();
  await happens();
  await sleep(5);
  const { accepting, arriving } = load.look();
  const refused = [...load.refused].map(([what, times]) => `${times} × ${what}`).join(", ");
  console.log(`  ${name}: longest pause ${accepting} s of accepting, ${arriving} s of arriving; senders were told ${refused || "nothing"}`);
  judge(`${name}: accepted and not arrived`, await missing(), 0);
}

/** How long it takes from when there is another primary until messages are accepted and arrive again. */
async function afterTakeover(before: Host): Promise<void> {
  for (;;) if ((await database.hostAs("Leader")) !== before) break;
  const [since, accepted, arrived] = [performance.now(), load.accepted.size, load.arrived.size];
  while (load.accepted.size === accepted || load.arrived.size === arrived) await sleep(0.1);
  console.log(`  Messages flow again ${((performance.now() - since) / 1_000).toFixed(1)} s after another primary is there`);
}

/** How many of the accepted messages the database does not know. */
async function unknown(): Promise<number> {
  // As of before the question: more are accepted while it is answered.
  const accepted = [...load.accepted.keys()];
  const leader = await database.hostAs("Leader");
  const rows = await database.query<{ n: number }>(
    leader,
    "webster",
    `select (convert_from("payload", 'UTF8')::jsonb->>'n')::int as n from message`,
  );
  const known = new Set(rows.map(({ n }) => n));
  return accepted.filter((n) => !known.has(n)).length;
}

async function provePrimaries(): Promise<void> {
  await scene("the primary's machine dies", async () => {
    const primary = await database.hostAs("Leader");
    primary.kill();
    await afterTakeover(primary);
    await sleep(10);
    primary.restart();
    await database.whole(true);
  });
  await scene("the primary is cut off", async () => {
    const primary = await database.hostAs("Leader");
    primary.cutOff();
    await afterTakeover(primary);
    await sleep(10);
    primary.join();
    await database.whole(true);
  });
  await scene("the synchronous standby dies", async () => {
    const standby = await database.hostAs("Sync Standby");
    standby.kill();
    await sleep(25);
    standby.restart();
    await database.whole(true);
  });
  await scene("the primary is changed over", async () => {
    database.switchOver(await database.hostAs("Leader"), await database.hostAs("Sync Standby"));
    await sleep(10);
    await database.whole(true);
  });
  judge("accepted and not in the database", await unknown(), 0);
}

async function proveWebster(): Promise<void> {
  await scene("a server's machine dies and comes back", async () => {
    webs[0].kill();
    await sleep(15);
    webs[0].restart();
    await ready();
  });
  await scene("a worker's machine dies, another is cut off for half a minute", async () => {
    workers[0].kill();
    workers[1].cutOff();
    await sleep(30);
    workers[1].join();
  });
  await scene("PgBouncer dies and is started by its init", async () => {
    pool.restartService("pgbouncer");
    await sleep(10);
  });
  await scene("server and worker are cut off from the database for half a minute", async () => {
    for (const one of [webs[1], workers[2]]) one.cutOffFrom([...database.hosts, pool], true);
    await sleep(30);
    for (const one of [webs[1], workers[2]]) one.cutOffFrom([...database.hosts, pool], false);
    await ready();
  });
  judge("accepted and not in the database", await unknown(), 0);
}

/** What an asynchronous standby may lack: what the primary took after it was cut off from it, until it noticed. */
async function proveAsynchronous(): Promise<void> {
  database.setSynchronous(false);
  await sleep(10);
  const primary = await database.hostAs("Leader");
  const others = database.hosts.filter((one) => one !== primary);
  const acceptedBefore = load.accepted.size;
  primary.cutOffFrom(others, true);
  await sleep(40);
  primary.cutOffFrom(others, false);
  await database.whole(false);
  const known = new Set(load.accepted.keys());
  await sleep(10);
  const lost = await unknown();
  const never = load.missing().filter((n) => known.has(n)).length;
  const told = `of ${known.size - acceptedBefore} messages accepted meanwhile the database has lost ${lost}, of which ${never} had not been sent`;
  console.log(`  An asynchronous standby: ${told}`);
  await load.stop();
  for (let triesLeft = 120; triesLeft > 0 && load.missing().length > never; triesLeft--) await sleep(0.5);
  judge("accepted since, and not arrived", load.missing().filter((n) => !known.has(n)).length, 0);
}

const parts = { primaries: provePrimaries, webster: proveWebster, asynchronous: proveAsynchronous };
const asked = process.argv.slice(2);

try {
  await migrate();
  serveWebster();
  await ready();
  await load.start();
  await scene("nothing happens", () => sleep(5));
  for (const [name, prove] of Object.entries(parts)) if (asked.length === 0 || asked.includes(name)) await prove();
  await load.stop();
  const twice = [...load.arrived.values()].filter((times) => times > 1).length;
  console.log(`${load.accepted.size} messages accepted, ${load.arrived.size} arrived, ${twice} of them more than once`);
} catch (error) {
  console.log(error);
  console.log(`The machines' logs are in ${join(directory, "logs")}`);
  process.exitCode = 1;
} finally {
  load.close();
  for (const one of hosts) one.remove();
  removeNetwork();
  if (process.exitCode !== 1) remove();
}
process.exit();
