/**
 * `npm run prove:egress`: webhooks that leave by a real smokescreen (go install github.com/stripe/smokescreen@latest), which
 * resolves and checks: what comes through, and what its refusals are taken for.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { connect } from "node:net";
import { hostname } from "node:os";
import { join } from "node:path";
import { Sender } from "../lib/delivery/send.ts";
import { setEnv } from "../lib/env.ts";
import { freePort } from "../lib/testing/freePort.ts";
import { temporaryDirectory } from "../lib/testing/program.ts";
import { startReceiver } from "../lib/testing/receiver.ts";
import { endpointAt, sendBy } from "../lib/testing/sender.ts";
import { newSecret } from "../lib/testing/sending.ts";
import { testEnv } from "../lib/testing/settings.ts";
import { judge } from "./prove/exercise.ts";

if (spawnSync("smokescreen", ["--version"]).error !== undefined) {
  console.error("There is no smokescreen on this machine: go install github.com/stripe/smokescreen@latest");
  process.exit(1);
}

const [directory, remove] = temporaryDirectory();
const receiver = await startReceiver();
const running: ChildProcess[] = [];

async function smokescreen(...flags: string[]): Promise<{ url: string; child: ChildProcess }> {
  const port = await freePort();
  const config = join(directory, "smokescreen.yaml");
  writeFileSync(config, "allow_missing_role: true\n");
  const child = spawn("smokescreen", ["--config-file", config, "--listen-ip", "127.0.0.1", "--listen-port", String(port), ...flags], {
    stdio: "ignore",
  });
  running.push(child);
  for (let tries = 0; tries < 100 && !(await canConnect(port)); tries++) await new Promise((resolve) => setTimeout(resolve, 50));
  return { url: `http://127.0.0.1:${port}`, child };
}

const canConnect = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => resolve(true)).on("error", () => resolve(false));
    socket.on("connect", () => socket.destroy());
  });

/** The status, or the class of the error. */
async function outcomeOf(proxyUrl: string, url: string): Promise<number | string> {
  const settings = {
    WEBSTER_EGRESS_PROXY: proxyUrl,
    WEBSTER_EGRESS_CHECK: "proxy",
    WEBSTER_HTTPS_ONLY: "false",
    WEBSTER_ALLOWED_NETWORKS: "none",
  };
  setEnv(testEnv("postgresql://nobody@127.0.0.1:1/none", settings));
  const sender = new Sender();
  const outcome = await sendBy(sender, endpointAt(url, newSecret()), Buffer.from("{}"));
  await sender.close();
  return outcome.kind === "answered" ? outcome.statusCode : outcome.errorClass;
}

try {
  // The machine's own name, which its hosts file has at loopback.
  const here = `http://${hostname()}:${receiver.port}/`;
  const strict = await smokescreen();
  judge("a private address is denied", await outcomeOf(strict.url, here), "address");
  const open = await smokescreen("--allow-range", "127.0.0.0/8");
  judge("an allowed one is reached", await outcomeOf(open.url, here), 204);
  judge("nobody listens", await outcomeOf(open.url, `http://${hostname()}:${await freePort()}/`), "refused");
  judge("no such name", await outcomeOf(open.url, "http://nowhere.invalid/"), "dns");
  open.child.kill("SIGKILL");
  await new Promise((resolve) => open.child.once("exit", resolve));
  judge("smokescreen is gone", await outcomeOf(open.url, here), "proxy");
} finally {
  for (const child of running) child.kill("SIGKILL");
  await receiver.close();
  remove();
}
