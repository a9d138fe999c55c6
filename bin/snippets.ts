/**
 * `npm run snippets`: the code that the pages show for receivers, run with the newest libraries. It downloads them, so it is no
 * part of the tests; those run TypeScript and Python. A language that this machine does not have, or whose registry does not answer,
 * is told and left out. `--only Rust` runs one.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { githubSnippets } from "../components/delivery/snippetsGithub.ts";
import { snippets, type Snippet } from "../components/delivery/snippets.ts";
import { stripeSnippets } from "../components/delivery/snippetsStripe.ts";
import { svixSnippets } from "../components/delivery/snippetsSvix.ts";
import { freePort } from "../lib/testing/freePort.ts";
import { signedHeaders } from "../lib/testing/signed.ts";
import type { SignatureStyle } from "../lib/webhooks/signatureStyle.ts";
import { type Place, type Runner, runners } from "./snippets/runners.ts";

/** The time that a receiver has to listen. */
const patienceMs = 60_000;

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const github: SignatureStyle = { style: "github", signatureHeader: "X-S", eventHeader: "X-E", deliveryHeader: "X-D" };

const styles: [SignatureStyle, Snippet[]][] = [
  [{ style: "standard" }, snippets],
  [{ style: "svix" }, svixSnippets],
  [{ style: "stripe", signatureHeader: "X-S" }, stripeSnippets("X-S")],
  [github, githubSnippets("X-S")],
];

const { values: options } = parseArgs({ options: { only: { type: "string" } } });

for (const [language, runner] of Object.entries(runners)) {
  if (options.only !== undefined && options.only !== language) continue;
  const [command = "", ...parameters] = runner.tool;
  if (spawnSync(command, parameters).status !== 0) {
    console.log(`${language}: not run, there is no ${command} on this machine`);
    continue;
  }
  for (const [style, found] of styles) {
    const snippet = found.find((one) => one.language === language);
    const outcome = snippet === undefined ? { isGood: false, text: "is not shown" } : await outcomeOf(runner, snippet, style);
    console.log(`${language}, ${style.style}: ${outcome.text}`);
    if (!outcome.isGood) process.exitCode = 1;
  }
}

type Outcome = { isGood: boolean; text: string };

async function outcomeOf({ fetch, start }: Runner, { code, install }: Snippet, style: SignatureStyle): Promise<Outcome> {
  const place: Place = { directory: mkdtempSync(join(tmpdir(), "webster-snippet-")), port: await freePort(), secret };
  try {
    try {
      fetch(place, install, code);
    } catch (error) {
      return { isGood: true, text: `not run, \`${install}\` failed: ${saidBy(error).replaceAll(/\s+/g, " ").slice(0, 300)}` };
    }
    return await answersOf(start(place, code), place.port, style);
  } catch (error) {
    return { isGood: false, text: saidBy(error) };
  } finally {
    rmSync(place.directory, { recursive: true, force: true });
  }
}

async function answersOf(receiver: ReturnType<Runner["start"]>, port: number, style: SignatureStyle): Promise<Outcome> {
  try {
    await listening(port);
    const answers = [
      await statusOf(style, port, '{"a":"ü"}', '{"a":"ü"}'),
      await statusOf(style, port, "no JSON", "no JSON"),
      await statusOf(style, port, "{}", '{"a":1}'),
    ];
    if (answers.join() === "204,204,400") return { isGood: true, text: "as it should be" };
    return { isGood: false, text: `${answers.join(", ")} instead of 204, 204, 400` };
  } finally {
    receiver.kill();
  }
}

/** The end of what a program complained of. */
function saidBy(error: unknown): string {
  const { stderr, message } = error as { stderr?: unknown; message: string };
  return (typeof stderr === "string" && stderr.trim() !== "" ? stderr : message).trim().slice(-1500);
}

async function listening(port: number): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (performance.now() < deadline) {
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
  const headers = { "content-type": "application/json", ...signedHeaders({ style, secret, body: signed }) };
  return (await fetch(`http://127.0.0.1:${port}/webhook`, { method: "POST", headers, body: sent })).status;
}
