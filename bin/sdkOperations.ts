/**
 * `npm run sdk:operations`: calls each operation of the official svix SDK through the SDK and checks what it did, on a
 * Webster of its own with an empty database (or on WEBSTER_URL with WEBSTER_API_KEY), and prints which of them work.
 * With `--write` the table in docs/sdk-operations.md is written anew. Exit code 0 only if none is wrong or missing.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { startOwn } from "./demo/target.ts";
import { explain, say } from "./lifecycle.ts";
import { type Result, runOperations } from "./sdk/run.ts";
import { env } from "../lib/env.ts";

const words = { works: "works", refused: "404: not offered", missing: "missing", wrong: "WRONG" } as const;
const file = join(import.meta.dirname, "../docs/sdk-operations.md");

process.exit(
  await main().catch((error: unknown) => {
    console.error(`\n${explain(error)}`);
    return 1;
  }),
);

async function main(): Promise<number> {
  const { apiKey, publicUrl } = env();
  const named = apiKey !== null && publicUrl !== null ? { url: publicUrl, apiKey, stop: () => Promise.resolve() } : null;
  const target = named ?? (await startOwn());
  try {
    const results = await runOperations(target.url, target.apiKey);
    for (const { operation, state } of results) {
      const detail = state.kind === "works" || state.kind === "refused" ? "" : `  ${state.detail.replaceAll(/\s+/g, " ").slice(0, 160)}`;
      say(`${operation.name.padEnd(44)} ${words[state.kind]}${detail}`);
    }
    say(`\n${summary(results)}`);
    if (process.argv.includes("--write")) writeFileSync(file, table(results));
    return results.some(({ state }) => state.kind === "wrong" || state.kind === "missing") ? 1 : 0;
  } finally {
    await target.stop();
  }
}

function summary(results: Result[]): string {
  const count = (kind: keyof typeof words): number => results.filter(({ state }) => state.kind === kind).length;
  const rest = `${count("refused")} of streaming answer 404 \`not_offered\`, ${count("missing")} are missing, ${count("wrong")} are wrong`;
  return `${count("works")} of ${results.length} operations work (${rest}).`;
}

function table(results: Result[]): string {
  return `# The operations of the svix SDK

Written by \`npm run sdk:operations -- --write\`, which calls each operation through the published SDK against a live Webster and checks its answer. The SDKs of the other languages, and those of version 1: [clients.md](clients.md). Streaming is not offered: its operations answer 404 \`{"code": "not_offered"}\`.

${summary(results)}

| operation | request | state |
| --- | --- | --- |
${results.map(({ operation, state }) => `| \`${operation.name}\` | \`${operation.method} ${operation.path}\` | ${words[state.kind]} |`).join("\n")}
`;
}
