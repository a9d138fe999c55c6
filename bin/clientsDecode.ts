/**
 * `npm run clients:decode`: calls each operation through the svix SDK for JavaScript on a Webster of its own, and has every
 * answer read by the models of the SDK for Python. Needs python3 (or what `--python` names) with `pip install svix==2.9.1`.
 * With `--write` the table that the tests hold answers against is written anew from those models.
 */
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { parseArgs } from "node:util";
import { type RecordedAnswer, recording } from "../lib/testing/sdkAnswers.ts";
import { startOwn } from "./demo/target.ts";
import { explain, say } from "./lifecycle.ts";
import { runOperations } from "./sdk/run.ts";
import { makeEachKind } from "./sdk/sourcesOfEachKind.ts";

const program = join(import.meta.dirname, "clients/decode.py");
const tableFile = join(import.meta.dirname, "../lib/testing/sdkAnswers.json");

const { values: options } = parseArgs({ options: { python: { type: "string", default: "python3" }, write: { type: "boolean" } } });

process.exit(
  await (options.write ? writeTable() : decodeAll()).catch((error: unknown) => {
    console.error(`\n${explain(error)}`);
    return 1;
  }),
);

async function writeTable(): Promise<number> {
  const { code, output } = await python(["--table"], "");
  if (code === 0) writeFileSync(tableFile, output);
  return code;
}

async function decodeAll(): Promise<number> {
  const answers: RecordedAnswer[] = [];
  const plainFetch = globalThis.fetch;
  const recorded = recording((request: Request) => plainFetch(request), answers);
  globalThis.fetch = async (input, init) => recorded(new Request(input, init));
  const target = await startOwn();
  try {
    await runOperations(target.url, target.apiKey);
    await makeEachKind(target.url, target.apiKey);
  } finally {
    await target.stop();
  }
  const { code, output } = await python([], answers.map((answer) => `${JSON.stringify(answer)}\n`).join(""));
  say(output);
  return code;
}

async function python(args: string[], input: string): Promise<{ code: number; output: string }> {
  const child = spawn(options.python, [program, ...args], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise<number>((resolve, reject) => child.once("error", reject).once("close", (code) => resolve(code ?? 1)));
  child.stdin.on("error", () => undefined).end(input);
  const [code, output] = await Promise.all([ended, text(child.stdout)]);
  return { code, output };
}
