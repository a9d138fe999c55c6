/**
 * `npm run clients`: every operation of the svix SDK of each language, and its verification of real deliveries, by the newest
 * SDK of that language's registry on a Webster of its own. It downloads them, so it is no part of the tests. A language that
 * this machine does not have is told and left out. `--only Python` runs one; with `--write` docs/clients.md and the requests
 * that the tests send again are written anew.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Called, Client, Verified } from "./clients/client.ts";
import { runIn, worksHere } from "./clients/command.ts";
import { casesOf } from "./clients/deliveries.ts";
import type { Ask } from "./clients/fixtures.ts";
import { judge } from "./clients/judge.ts";
import { clients } from "./clients/languages.ts";
import { planOf, preparedExamples } from "./clients/plan.ts";
import { recordedRequests } from "./clients/recording.ts";
import { startProxy, startReceiver } from "./clients/recorder.ts";
import { type Result, summaryOf, tableOf } from "./clients/report.ts";
import { startOwn, type Target } from "./demo/target.ts";
import { explain, say } from "./lifecycle.ts";

const { values: options } = parseArgs({ options: { only: { type: "string" }, write: { type: "boolean" } } });
const table = join(import.meta.dirname, "../docs/clients.md");
const requests = join(import.meta.dirname, "clients/requests.json");

process.exit(
  await main().catch((error: unknown) => {
    console.error(`\n${explain(error)}`);
    return 1;
  }),
);

async function main(): Promise<number> {
  if (options.write === true && options.only !== undefined) throw new Error("What is written is of all languages: leave out --only");
  const chosen = clients.filter(({ language }) => options.only === undefined || language === options.only);
  if (chosen.length === 0) throw new Error(`There is no ${options.only}, but ${clients.map(({ language }) => language).join(", ")}`);
  const target = await startOwn();
  const results: Result[] = [];
  try {
    for (const client of chosen) {
      const missing = await missingTool(client);
      if (missing === null) results.push(await resultOf(client, target));
      else say(`${client.language}: not run, \`${missing}\` does not work on this machine`);
    }
  } finally {
    await target.stop();
  }
  if (options.write === true) {
    writeFileSync(table, tableOf(results));
    writeFileSync(requests, `${JSON.stringify(recordedRequests(results), null, 2)}\n`);
  }
  return results.length > 0 && results.every(({ isGood }) => isGood) ? 0 : 1;
}

async function missingTool({ tools }: Client): Promise<string | null> {
  for (const tool of tools) if (!(await worksHere(tool))) return tool.join(" ");
  return null;
}

async function resultOf(client: Client, target: Target): Promise<Result> {
  const directory = mkdtempSync(join(tmpdir(), "webster-client-"));
  const proxy = await startProxy(target.url);
  const receiver = await startReceiver();
  const ask = askOf(target);
  try {
    const { version, command } = await client.install(directory);
    const program = async <T>(name: string, input: unknown): Promise<T[]> => {
      const file = join(directory, `${name}.json`);
      writeFileSync(file, JSON.stringify(input));
      const variables = { WEBSTER_URL: proxy.url, WEBSTER_TOKEN: target.apiKey };
      return linesOf<T>(await runIn(directory, [...command, name, file], variables));
    };
    const prepared = await preparedExamples(ask, receiver.url);
    const called = await program<Called>("call", planOf(prepared));
    const cases = await casesOf(prepared.get("message.create")?.call.path[0] ?? "", ask, receiver.recorded);
    const verified = await program<Verified>("verify", cases);
    const result = summaryOf({
      language: client.language,
      version,
      verdicts: judge(client.language, called, prepared, proxy.recorded),
      verifications: cases.map(({ name, valid }) => ({ name, isRight: verified.find((one) => one.case === name)?.ok === valid })),
    });
    say(result.text);
    return result;
  } finally {
    await Promise.all([proxy.close(), receiver.close()]);
    rmSync(directory, { recursive: true, force: true });
  }
}

function linesOf<T>(output: string): T[] {
  const lines = output.split("\n").filter((line) => line !== "");
  return lines.map((line) => JSON.parse(line) as T);
}

function askOf({ url, apiKey }: Target): Ask {
  const headers = { authorization: `Bearer ${apiKey}`, "content-type": "application/json" };
  return async (method, path, body) => {
    const response = await fetch(url + path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
  };
}
