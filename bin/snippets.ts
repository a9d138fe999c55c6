/**
 * `npm run snippets`: the code that the pages show for receivers in Python and Go, run with the newest libraries. It downloads
 * them, so it is no part of the tests. A language that this machine does not have is told and left out.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { githubSnippets } from "../components/delivery/snippetsGithub.ts";
import { snippets, type Snippet } from "../components/delivery/snippets.ts";
import { svixSnippets } from "../components/delivery/snippetsSvix.ts";
import { parseSecret } from "../lib/webhooks/signature.ts";
import { type SignatureStyle, signatureHeaders } from "../lib/webhooks/signatureStyle.ts";

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const github: SignatureStyle = { style: "github", signatureHeader: "X-S", eventHeader: "X-E", deliveryHeader: "X-D" };

const styles: [SignatureStyle, Snippet[]][] = [
  [{ style: "standard" }, snippets],
  [{ style: "svix" }, svixSnippets],
  [github, githubSnippets("X-S")],
];

type Runner = { tool: string; start: (code: string, install: string, directory: string, port: number) => ChildProcess };

const runners: Record<string, Runner> = {
  Python: {
    tool: "python3",
    start: (code, install, directory, port) => {
      writeFileSync(join(directory, "receive.py"), code);
      run("python3", ["-m", "venv", "venv"], directory);
      run("venv/bin/pip", ["install", "--quiet", ...install.replace("pip install ", "").split(" ")], directory);
      return serve("venv/bin/flask", ["--app", "receive", "run", "--port", String(port)], directory);
    },
  },
  Go: {
    tool: "go",
    start: (code, _, directory, port) => {
      writeFileSync(join(directory, "main.go"), code.replace('":8080"', `"127.0.0.1:${port}"`));
      run("go", ["mod", "init", "receiver"], directory);
      run("go", ["mod", "tidy"], directory);
      run("go", ["build", "-o", "receiver", "."], directory);
      return serve("./receiver", [], directory);
    },
  },
};

const run = (command: string, parameters: string[], cwd: string): unknown => execFileSync(command, parameters, { cwd, stdio: "pipe" });

const serve = (command: string, parameters: string[], cwd: string): ChildProcess =>
  spawn("env", [`WEBHOOK_SECRET=${secret}`, command, ...parameters], { cwd, stdio: "ignore" });

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function listening(port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => resolve(true)).on("error", () => resolve(false));
      socket.once("connect", () => socket.destroy());
    });
    if (isOpen) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("The receiver did not start");
}

async function statusOf(style: SignatureStyle, port: number, signed: string, sent: string): Promise<number> {
  const message = { keys: [parseSecret(secret)], messageId: "msg_1", eventType: "t", timestampSeconds: Math.floor(Date.now() / 1000) };
  const flat = signatureHeaders(style, false, { ...message, body: Buffer.from(signed) });
  const headers = new Headers({ "content-type": "application/json" });
  for (let i = 0; i + 1 < flat.length; i += 2) headers.set(flat[i] ?? "", flat[i + 1] ?? "");
  return (await fetch(`http://127.0.0.1:${port}/webhook`, { method: "POST", headers, body: sent })).status;
}

let isGood = true;
for (const [language, { tool, start }] of Object.entries(runners)) {
  if (spawnSync(tool, [tool === "go" ? "version" : "--version"]).status !== 0) {
    console.log(`${language}: not run, there is no ${tool} on this machine`);
    continue;
  }
  for (const [style, found] of styles) {
    const { code, install } = found.find((snippet) => snippet.language === language) ?? { code: "", install: "" };
    const directory = mkdtempSync(join(tmpdir(), "webster-snippet-"));
    const port = await freePort();
    const receiver = start(code, install, directory, port);
    try {
      await listening(port);
      const answers = [
        await statusOf(style, port, '{"a":"ü"}', '{"a":"ü"}'),
        await statusOf(style, port, "no JSON", "no JSON"),
        await statusOf(style, port, "{}", '{"a":1}'),
      ];
      const asExpected = answers.join() === "204,204,400";
      isGood &&= asExpected;
      console.log(`${language}, ${style.style}: ${asExpected ? "as it should be" : `${answers.join(", ")} instead of 204, 204, 400`}`);
    } finally {
      receiver.kill();
      rmSync(directory, { recursive: true, force: true });
    }
  }
}
process.exitCode = isGood ? 0 : 1;
