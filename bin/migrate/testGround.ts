/** Where the tests of the move take place: a Webster that runs, a receiver, and servers of the Svix API to move from. */
import { afterAll, beforeAll } from "vitest";
import { createApi } from "../../lib/api/app.ts";
import { closeListener } from "../../lib/db/listen.ts";
import { type Engine, startEngine } from "../../lib/delivery/engine.ts";
import { newId } from "../../lib/ids.ts";
import { type TestDatabase, testDatabase } from "../../lib/testing/database.ts";
import { type FetchServer, startFetchServer } from "../../lib/testing/fetchServer.ts";
import { type Receiver, startReceiver } from "../../lib/testing/receiver.ts";
import { type SvixContent, type SvixServer, startSvixServer, svixToken } from "../../lib/testing/svixServer.ts";
import { newTenant } from "../../lib/testing/tenant.ts";
import { type Api, apiOf } from "./api.ts";
import { migrate } from "./migrate.ts";
import type { Move } from "./move.ts";
import { Report, outcomes } from "./report.ts";
import { openState } from "./state.ts";
import { noValues } from "./values.ts";

export type Target = { url: string; apiKey: string; api: Api };

type Ground = {
  websterUrl: () => string;
  receiver: () => Receiver;
  /** An environment of its own. */
  newTarget: () => Promise<Target>;
  newSource: (content: SvixContent) => Promise<SvixServer>;
};

/** Makes the ground; to be called at the top of a test file. */
export function testGround(): Ground {
  const started: { close: () => Promise<void> }[] = [];
  let database: TestDatabase;
  let engine: Engine;
  let webster: FetchServer;
  let receiver: Receiver;
  beforeAll(async () => {
    database = await testDatabase();
    engine = startEngine();
    webster = await startFetchServer(createApi().fetch);
    receiver = await startReceiver();
  });
  afterAll(async () => {
    for (const server of [...started, webster, receiver]) await server.close();
    await engine.drain(1000);
    await engine.stop();
    await closeListener();
    await database.close();
  });
  return {
    websterUrl: () => webster.url,
    receiver: () => receiver,
    newTarget: async () => {
      const { apiKey } = await newTenant();
      return { url: webster.url, apiKey, api: apiOf("target", webster.url, apiKey) };
    },
    newSource: async (content) => {
      const server = await startSvixServer(content);
      started.push(server);
      return server;
    },
  };
}

const dayMs = 86_400_000;
export const secret = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
export const publicKey = "whpk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbQ=";
export const code = "function handler(webhook) { webhook.payload.seen = true; return webhook; }";

export const idAt = (kind: "application" | "endpoint" | "message", daysAgo: number) => newId(kind, Date.now() - daysAgo * dayMs);

export function messageAt(daysAgo: number, more: Record<string, unknown> = {}) {
  const at = Date.now() - daysAgo * dayMs;
  return { id: newId("message", at), timestamp: new Date(at).toISOString(), eventType: "paid", rawPayload: '{"n": 10.50}', ...more };
}

/** The content of a server: two customers with what there may be of each kind. */
export function contentOf(url: string): SvixContent {
  return {
    eventTypes: [
      { name: "paid", description: "Paid", archived: false, deprecated: false, schemas: { 1: { type: "object" } }, featureFlag: null },
      { name: "old", description: "Old", archived: true, deprecated: true, schemas: null, featureFlag: "beta" },
    ],
    applications: [
      {
        id: idAt("application", 300),
        uid: "acme",
        name: "Acme",
        metadata: { plan: "pro" },
        throttleRate: 50,
        endpoints: [
          {
            id: idAt("endpoint", 200),
            uid: "main",
            url: `${url}/main`,
            version: 3,
            description: "Main",
            channels: ["c1"],
            filterTypes: ["paid", "old", "gone"],
            rateLimit: 7,
            metadata: { a: "b" },
            secret,
            headers: { "X-Team": "blue" },
          },
          { id: idAt("endpoint", 199), url: `${url}/code`, description: "", metadata: {}, secret, transformation: { code, enabled: true } },
          { id: idAt("endpoint", 198), url: `${url}/off`, description: "", metadata: {}, disabled: true, secret },
        ],
        messages: [messageAt(3, { eventId: "e-1", channels: ["c1"], tags: ["t"] }), messageAt(2, { rawPayload: '{"expired":true}' })],
      },
      { id: idAt("application", 100), uid: null, name: "No uid", metadata: {}, endpoints: [], messages: [messageAt(1), messageAt(60)] },
    ],
  };
}

export const waits: number[] = [];
const timing = { wait: async (ms: number) => void waits.push(ms), timeoutMs: 10_000, maximumTries: 4 };

/** Runs the program once, as far as it gets. */
export async function run(source: { url: string }, target: Target, options: Partial<Move> & { token?: string } = {}): Promise<Report> {
  const report = new Report();
  const move: Move = {
    ...openState(null, source.url, target.url),
    source: apiOf("source", source.url, options.token ?? svixToken, timing),
    target: target.api,
    report,
    values: noValues,
    apply: true,
    only: [],
    days: 30,
    nowMs: Date.now(),
    say: () => undefined,
    checkStop: () => undefined,
    ...options,
  };
  await migrate(move);
  return report;
}

export const counts = (report: Report) => Object.fromEntries(outcomes.map((outcome) => [outcome, report.total(outcome)]));
export const none = { made: 0, there: 0, differs: 0, wanting: 0, skipped: 0, failed: 0 };

/** Everything that the target has, without what is the target's own. */
export async function seenAt({ api }: Target): Promise<string> {
  const all = async (path: string) => (await api.get<{ data: Record<string, unknown>[] }>(path)).data;
  const applications = await Promise.all(
    (await all("/api/v1/app?limit=250")).map(async (application) => {
      const path = `/api/v1/app/${String(application["id"])}`;
      const endpoints = await all(`${path}/endpoint?limit=250`);
      const more = endpoints.map(async ({ id }) => [
        await api.get(`${path}/endpoint/${String(id)}/secret`),
        await api.get(`${path}/endpoint/${String(id)}/headers`),
        (await api.get<{ code: string | null }>(`${path}/endpoint/${String(id)}/transformation`)).code,
      ]);
      return [application, endpoints, await Promise.all(more), await all(`${path}/msg?limit=250`)];
    }),
  );
  const everything = [await all("/api/v1/event-type?include_archived=true&with_content=true"), applications];
  return JSON.stringify(everything, (name, value: unknown) => (/^(createdAt|updatedAt|disabledAt)$/.test(name) ? null : value), 1);
}
