/**
 * `npm run prove:image`: builds the image by buildah on a base of debootstrap, without a registry of images, and runs it by podman as
 * a cluster would: as nobody in particular, on a root that can't be written, against a PostgreSQL outside.
 *   --built   the image as it was built last
 */
import { spawn } from "node:child_process";
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { connect, createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { startEmbedded } from "../lib/db/embedded.ts";
import { freePort } from "../lib/testing/freePort.ts";
import { temporaryDirectory } from "../lib/testing/program.ts";
import { baseImage } from "./prove/baseImage.ts";
import { ask, requirePrograms, run, tryRun } from "./prove/commands.ts";
import { callApi, exercise, judge, proofSettings } from "./prove/exercise.ts";

const image = "localhost/webster-proof";
const messages = 50;
const largestMB = 400;
const trustedInside = "/etc/webster-proof/ca.pem";

requirePrograms(
  ["buildah", "podman", "runc", "debootstrap"],
  "Debian and Ubuntu: apt-get install buildah podman runc iptables debootstrap",
);

const [directory, remove] = temporaryDirectory();
const server = await startEmbedded(join(directory, "postgres"));
const socket = join(new URL(server.url).searchParams.get("host") ?? "", ".s.PGSQL.5432");
// The container reaches the server by TCP; this one listens at a socket alone. It goes through this program, which must not block.
const door = createServer((client) => {
  const database = connect(socket);
  client.pipe(database).pipe(client);
  for (const side of [client, database]) side.on("error", () => (client.destroy(), database.destroy()));
});
await new Promise<void>((resolve) => door.listen(0, "127.0.0.1", resolve));
const databasePort = (door.address() as AddressInfo).port;
const urlAs = (user: string): string => `postgresql://${user}@127.0.0.1:${databasePort}/webster`;

function build(): void {
  const from = /^ARG BASE=node:(\d+)/m.exec(readFileSync("Dockerfile", "utf8"))?.[1] ?? "";
  const base = baseImage(from);
  // What npm takes on this machine, it is to take inside: its settings, and the certificates that it trusts.
  const npmrc = join(directory, "npmrc");
  const [settings, certificates] = ["userconfig", "cafile"].map((name) => run("npm", ["config", "get", name])) as [string, string];
  writeFileSync(npmrc, existsSync(settings) ? readFileSync(settings) : "");
  const trusted = existsSync(certificates) ? ["--volume", `${certificates}:${trustedInside}:ro`] : [];
  if (existsSync(certificates)) appendFileSync(npmrc, `\ncafile=${trustedInside}\n`);
  const args = ["bud", "--pull-never", "--isolation", "chroot", "--network", "host", "--format", "docker", "--layers"];
  const built = tryRun("buildah", [
    ...args,
    ...trusted,
    "--build-arg",
    `BASE=${base}`,
    "--secret",
    `id=npmrc,src=${npmrc}`,
    "-t",
    image,
    ".",
  ]);
  if (built.status !== 0) throw new Error(`The image could not be built:\n${built.stdout}${built.stderr}`.slice(-8_000));
}

const podman = (...args: string[]): string[] => ["--runtime", "runc", "--cgroup-manager", "cgroupfs", ...args];
const limits = ["--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024"];

/** Runs a container as a cluster would; its process ends when the container does. */
function start(name: string, env: Record<string, string>, command: string[]) {
  const hardened = ["--read-only", "--read-only-tmpfs=false", "--cap-drop=ALL", "--security-opt=no-new-privileges"];
  const settings = Object.entries({ ...proofSettings, ...env }).flatMap(([key, value]) => ["--env", `${key}=${value}`]);
  const args = podman("run", "--rm", "--name", name, "--network", "host", ...limits, ...hardened, ...settings, image, ...command);
  const child = spawn("podman", args, { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  const exited = new Promise<number | null>((resolve) => child.once("close", resolve));
  return { exited, output: () => output };
}

async function healthy(name: string): Promise<boolean> {
  for (let triesLeft = 60; triesLeft > 0; triesLeft--) {
    if ((await ask("podman", podman("healthcheck", "run", name))).status === 0) return true;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  return false;
}

/** SIGTERM to the container's first process; its exit code, and after how many seconds. */
async function stopped(name: string, exited: Promise<number | null>): Promise<{ code: number | null; inTime: boolean }> {
  const since = performance.now();
  await ask("podman", podman("kill", "--signal", "TERM", name));
  return { code: await exited, inTime: performance.now() - since < 25_000 };
}

const names = ["webster-proof-web", "webster-proof-worker"] as const;
try {
  const since = performance.now();
  if (process.argv.includes("--built")) console.log("The image as it was built last");
  else build();
  console.log(`Built in ${Math.round((performance.now() - since) / 1_000)} s`);
  const [inspected] = JSON.parse(run("podman", podman("image", "inspect", image))) as [
    { Size: number; Config: { User: string; Labels: Record<string, string> } },
  ];
  const sizeMB = Math.round(inspected.Size / 1e6);
  judge(`its ${sizeMB} MB are fewer than ${largestMB}`, sizeMB < largestMB, true);
  judge("it runs as", inspected.Config.User, "1000:1000");
  judge("its licence", inspected.Config.Labels["org.opencontainers.image.licenses"], "MIT");

  const bare = start(names[0], {}, []);
  judge("without a database it ends", await bare.exited, 1);
  judge("and says what to do", /What to do: .*DATABASE_URL/s.test(bare.output()), true);

  const database = { DATABASE_URL: urlAs("webster_app") };
  const migration = start(names[0], { ...database, DATABASE_OWNER_URL: urlAs("webster_owner") }, ["migrate"]);
  judge("migrate", await migration.exited, 0);

  const [webPort, webOperations, workerOperations] = [await freePort(), await freePort(), await freePort()];
  const url = `http://127.0.0.1:${webPort}`;
  const web = start(
    names[0],
    { ...database, PORT: String(webPort), WEBSTER_OPERATIONS_PORT: String(webOperations), WEBSTER_ROLES: "web", WEBSTER_URL: url },
    [],
  );
  const worker = start(names[1], { ...database, WEBSTER_OPERATIONS_PORT: String(workerOperations), WEBSTER_URL: url }, ["worker"]);
  for (const name of names) judge(`${name} turns healthy`, await healthy(name), true);
  judge("messages", await exercise(url, messages), { accepted: messages, arrived: messages, listed: messages });
  judge("a page", (await fetch(`${url}/login`)).status, 200);
  judge("people's code runs", await transformed(url), "ready");
  judge("webster doctor", /✓ Database/.test((await ask("podman", podman("exec", names[0], "webster", "doctor"))).output), true);
  judge("the root can't be written", (await ask("podman", podman("exec", names[0], "touch", "/app/x"))).status === 0, false);
  judge("SIGTERM ends the worker", await stopped(names[1], worker.exited), { code: 0, inTime: true });
  judge("SIGTERM ends the server", await stopped(names[0], web.exited), { code: 0, inTime: true });
  const failed = `${web.output()}${worker.output()}`.split("\n").filter((line) => /"level":"(error|warn)"|Error|EROFS/.test(line));
  judge("failures in their logs", failed, []);
} finally {
  for (const name of names) tryRun("podman", podman("rm", "--force", name));
  door.close();
  await server.stop();
  remove();
}

/** What becomes of an endpoint's code that is tried: it runs in a process that the container's own starts. */
async function transformed(url: string): Promise<unknown> {
  const app = `app-${crypto.randomUUID()}`;
  await callApi(url, "POST", "/app", { name: app, uid: app });
  await callApi(url, "POST", `/app/${app}/endpoint`, { url: "https://example.com/", uid: "one" });
  const code = "function handler(webhook) { return webhook; }";
  const answer = await callApi(url, "POST", `/app/${app}/endpoint/one/transformation/test`, { code, payload: { n: 1 }, eventType: "t" });
  const { status } = (await answer.json()) as { status?: unknown };
  return status;
}
