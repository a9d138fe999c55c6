/** The code in TypeScript that README.md and docs/ show, run as it stands, with both versions of svix: npm takes the older on Node 20. */
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createApi } from "../api/app.ts";
import { type TestDatabase, testDatabase } from "./database.ts";
import { type FetchServer, startFetchServer } from "./fetchServer.ts";
import { signedHeaders } from "./signed.ts";
import { newTenant } from "./tenant.ts";

const root = join(import.meta.dirname, "../..");
const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

let database: TestDatabase;
let server: FetchServer;

beforeAll(async () => {
  database = await testDatabase();
  server = await startFetchServer(createApi().fetch);
});
afterAll(async () => {
  await server.close();
  await database.close();
});

async function blocksOfDocuments(): Promise<string[]> {
  const documents = [
    "README.md",
    ...(await readdir(join(root, "docs"))).filter((name) => name.endsWith(".md")).map((name) => `docs/${name}`),
  ];
  const texts = await Promise.all(documents.map((name) => readFile(join(root, name), "utf8")));
  return texts.flatMap((text) => [...text.matchAll(/^```ts\n([^]*?)^```$/gm)].map(([, code = ""]) => code));
}

/** Code that each piece needs before it, and the result that it must come to: by a word that is in it alone. */
const frames: Record<string, { before: string; after: string }> = {
  "webster.message.create": { before: "", after: "export const result = (await webster.message.list('cafe-central')).data.length;" },
  "new Webhook(": {
    before: "const { rawBody, request } = globalThis.documented;\n",
    after: "export const result = event.paid;",
  },
  "poller.consumerPoll": {
    before: `import { Svix } from "svix";
const webster = new Svix("wk_…", { serverUrl: "http://127.0.0.1:3000" });
const given = [];
const handle = async ({ payload }) => { given.push(payload.n); if (payload.n === 2) throw new Error("enough"); };
export let result;
const run = async () => {\n`,
    after: "};\nawait run().catch(() => { result = given.join(); });",
  },
};

const expected: Record<string, unknown> = { "webster.message.create": 1, "new Webhook(": true, "poller.consumerPoll": "1,2" };

async function prepared(): Promise<string> {
  const { apiKey } = await newTenant();
  const make = async (path: string, body: unknown): Promise<void> => {
    const headers = { authorization: `Bearer ${apiKey}`, "content-type": "application/json" };
    const { status } = await fetch(`${server.url}/api/v1${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    expect(status).toBeLessThan(300);
  };
  await make("/app", { name: "Café Central", uid: "cafe-central" });
  await make("/app/cafe-central/destination", { type: "pollingEndpoint", uid: "warehouse" });
  return apiKey;
}

function documented() {
  const rawBody = '{"paid":true}';
  const headers = signedHeaders({ secret, body: rawBody });
  return { rawBody, request: { headers } };
}

async function resultOf(code: string, frame: { before: string; after: string }, svix: string, apiKey: string): Promise<unknown> {
  const filled = `${frame.before}${code}\n${frame.after}`
    .replaceAll("wk_…", apiKey)
    .replaceAll("whsec_…", secret)
    .replaceAll("http://127.0.0.1:3000", server.url)
    .replaceAll('from "svix"', `from "${svix}"`);
  const directory = await mkdtemp(join(import.meta.dirname, ".document-"));
  try {
    await writeFile(join(directory, "code.ts"), `// @ts-nocheck\n${filled}`);
    return ((await import(join(directory, "code.ts"))) as { result: unknown }).result;
  } finally {
    await rm(directory, { recursive: true });
  }
}

test.each(["svix", "svix-v1"])("each piece does what it says, with %s", async (svix) => {
  Object.assign(globalThis, { documented: documented() });
  const results: Record<string, unknown> = {};
  for (const code of await blocksOfDocuments()) {
    const word = Object.keys(frames).find((one) => code.includes(one)) ?? code;
    const apiKey = await prepared();
    if (word === "poller.consumerPoll")
      for (const n of [1, 2])
        await fetch(`${server.url}/api/v1/app/cafe-central/msg`, {
          method: "POST",
          headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
          body: JSON.stringify({ eventType: "t", payload: { n } }),
        });
    results[word] = await resultOf(code, frames[word] ?? { before: "", after: "" }, svix, apiKey);
  }
  expect(results).toEqual(expected);
});
