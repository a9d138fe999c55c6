/**
 * `npm run prove:pooler`: a Webster whose DATABASE_URL leads through a real PgBouncer (of the system's packages), in session
 * mode, and in transaction mode with and without DATABASE_DIRECT_URL.
 */
import { spawn, spawnSync } from "node:child_process";
import { chownSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { startEmbedded } from "../lib/db/embedded.ts";
import { databaseUser } from "../lib/db/postgresBinaries.ts";
import { freePort } from "../lib/testing/freePort.ts";
import { type Program, runProgram, temporaryDirectory } from "../lib/testing/program.ts";
import { exercise, judge, proofSettings } from "./prove/exercise.ts";

const messages = 50;

if (spawnSync("pgbouncer", ["--version"]).status !== 0) {
  console.error("There is no PgBouncer on this machine. Debian and Ubuntu: apt-get install pgbouncer");
  process.exit(1);
}
console.log(String(spawnSync("pgbouncer", ["--version"]).stdout).split("\n", 1)[0]);

const [directory, remove] = temporaryDirectory();
const user = databaseUser();
const server = await startEmbedded(join(directory, "postgres"));
const socket = new URL(server.url).searchParams.get("host") ?? "";

async function bouncer(mode: string): Promise<{ url: string; stop: () => void }> {
  const port = await freePort();
  const [settings, users] = [join(directory, `${mode}.ini`), join(directory, "users.txt")];
  writeFileSync(users, '"webster_owner" ""\n');
  writeFileSync(
    settings,
    `[databases]\n* = host=${socket} port=5432\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = ${port}\nunix_socket_dir =\nauth_type = trust\nauth_file = ${users}\npool_mode = ${mode}\ndefault_pool_size = 30\n`,
  );
  if (user !== null) for (const path of [settings, users]) chownSync(path, user.uid, user.gid);
  const child = spawn("pgbouncer", [settings], { stdio: "ignore", ...(user === null ? {} : { uid: user.uid, gid: user.gid }) });
  for (let tries = 0; tries < 100 && !(await canConnect(port)); tries++) await new Promise((resolve) => setTimeout(resolve, 50));
  return { url: `postgresql://webster_owner@127.0.0.1:${port}/webster`, stop: () => void child.kill("SIGKILL") };
}

const canConnect = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => resolve(true)).on("error", () => resolve(false));
    socket.on("connect", () => socket.destroy());
  });

const start = (env: Record<string, string>): Program => runProgram("bin/server.ts", ["--no-pages"], { ...proofSettings, ...env });

async function proveWith(part: string, env: Record<string, string>): Promise<void> {
  const program = start(env);
  try {
    const [, url = ""] = await program.waitFor(/API +(http:\S+)\/api\/v1/);
    judge(part, await exercise(url, messages), { accepted: messages, arrived: messages, listed: messages });
  } catch (error) {
    console.log(program.output());
    throw error;
  } finally {
    program.kill("SIGTERM");
    await program.exited;
  }
  const failed = program
    .output()
    .split("\n")
    .filter((line) => /"level":"(error|warn)"/.test(line));
  judge(`${part}: failures in the log`, failed, []);
}

try {
  const session = await bouncer("session");
  await proveWith("session mode", { DATABASE_URL: session.url });
  session.stop();
  const transaction = await bouncer("transaction");
  const refused = start({ DATABASE_URL: transaction.url });
  await refused.exited;
  judge("transaction mode alone says what to do", /What to do: .*DATABASE_DIRECT_URL/.test(refused.output()), true);
  await proveWith("transaction mode with DATABASE_DIRECT_URL", { DATABASE_URL: transaction.url, DATABASE_DIRECT_URL: server.ownerUrl });
  transaction.stop();
} finally {
  await server.stop();
  remove();
}
