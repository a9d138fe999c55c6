/** Processes that die, senders that stall, headers that are meant to hurt. */
import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { type Program, runProgram } from "../testing/program.ts";
import { testSecret } from "../testing/settings.ts";
import { providers } from "../webhooks/verification.ts";
import { addEndpoint, clientOf, type Door, newSource, openDoor, receivedBy, sendTo } from "../testing/sources.ts";

let database: TestDatabase;
let door: Door;
/** It waits for no request longer than a second. */
let hasty: Door;
const programs: Program[] = [];

beforeAll(async () => {
  database = await testDatabase();
  door = await openDoor();
  hasty = await openDoor({ requestTimeoutMs: 1_000 });
});

afterAll(async () => {
  for (const program of programs) program.kill("SIGKILL");
  await door.close();
  await hasty.close();
  await database.close();
});

test("killed while it receives: whatever was answered 2xx is stored, request, message and delivery", async () => {
  const me = await clientOf(door);
  const source = await newSource(me, { dedupe: { by: "none", value: null, windowSeconds: 60 } });
  await addEndpoint(me, source, "http://127.0.0.1:9/");
  const program = runProgram("lib/testing/sourceServer.ts", [], {
    DATABASE_URL: database.url,
    WEBSTER_SECRET: testSecret,
    WEBSTER_ALLOWED_NETWORKS: "127.0.0.0/8",
  });
  programs.push(program);
  const [, url = ""] = await program.waitFor(/listening (\S+)/);
  const victim: Door = { url, close: () => Promise.resolve() };
  const taken: string[] = [];
  let number = 0;
  const sender = async (): Promise<void> => {
    for (;;) {
      const body = `request ${number++}`;
      const answer = await sendTo(victim, source.path, { body }).catch(() => null);
      if (answer === null) return;
      expect(answer.status).toBe(200);
      taken.push(body);
      if (taken.length === 150) program.kill("SIGKILL");
    }
  };
  await Promise.all(Array.from({ length: 20 }, sender));
  await program.exited;
  expect(taken.length).toBeGreaterThanOrEqual(150);
  const { rows } = await database.pool.query<{ payload: Buffer; verdict: string; deliveries: number }>(
    `select m.payload, r.verdict, (select count(*)::int from delivery d where d."messageId" = m."id") as deliveries
     from received_request r join message m on m."id" = r."messageId" where r."sourceId" = $1`,
    [source.id],
  );
  const stored = new Map(rows.map(({ payload, ...rest }) => [payload.toString(), rest]));
  for (const body of taken) expect([body, stored.get(body)]).toEqual([body, { verdict: "accepted", deliveries: 1 }]);
});

test("a request that does not arrive in time is 408, and one that breaks off is nothing", async () => {
  const me = await clientOf(door);
  const source = await newSource(me);
  const { port } = new URL(hasty.url);
  const answer = await new Promise<string>((resolve) => {
    const socket = connect(Number(port), "127.0.0.1", () =>
      socket.write(`POST ${source.path} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nonly this`),
    );
    let text = "";
    socket.on("data", (chunk) => (text += chunk.toString()));
    socket.on("close", () => resolve(text));
    socket.on("error", () => resolve(text));
  });
  expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  expect((await sendTo(door, source.path, { body: "whole" })).status).toBe(200);
  expect(await receivedBy(me, source)).toHaveLength(1);
});

const hostile: Record<string, string>[] = [
  { "x-hub-signature-256": "sha256=" },
  { "x-hub-signature-256": `sha256=${"a".repeat(9_000)}` },
  { "x-hub-signature-256": "\u00ff\u00fe" },
  { "x-hub-signature-256": `sha256=${"0".repeat(64)}`, "content-encoding": "gzip" },
  { "content-encoding": "br", "content-type": "\u00e9" },
  { "content-type": "a".repeat(4_000) },
  { "x-github-event": "a".repeat(4_000), "x-github-delivery": "\u00e9".repeat(1_000) },
  { __proto__x: "y", constructor: "z", "x-forwarded-for": "' or 1=1 --" },
];

test("headers and bodies that are meant to hurt are refused, kept and shown, and nothing fails", async () => {
  const me = await clientOf(door);
  const kinds = ["github", "stripe", "standard-webhooks", "twilio", "basic", "hmac", "none"] as const;
  const bodies = ["", "{", "\u0000", "[".repeat(3_000), '{"__proto__":{"a":1}}', "\ud800"];
  for (const provider of kinds) {
    const settings = provider === "hmac" ? { header: "x-hub-signature-256" } : provider === "basic" ? { username: "u" } : {};
    const source = await newSource(me, {
      provider,
      secrets: provider === "none" ? [] : ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
      settings,
    });
    const wanted = provider === "none" ? 200 : providers[provider].rejectedStatus;
    const statuses = await Promise.all(
      hostile.map(
        async (headers, i) => (await sendTo(door, `${source.path}/%zz?a=%`, { headers, body: bodies[i % bodies.length] ?? "" })).status,
      ),
    );
    expect([provider, statuses]).toEqual([provider, hostile.map(() => wanted)]);
  }
  const listed = await me.call<{ data: { id: string }[] }>("GET", "/api/v1/received-request?limit=250");
  expect(listed.data.length).toBeGreaterThan(kinds.length);
  for (const { id } of listed.data.slice(0, 20)) expect((await me.call("GET", `/api/v1/received-request/${id}`)).status).toBe(200);
});

test("a source that can verify nothing refuses, and one without a URL's token is not there", async () => {
  const me = await clientOf(door);
  const source = await newSource(me, { provider: "stripe" });
  expect(source.problem).toBe("Signing secret is missing");
  expect((await sendTo(door, source.path, { body: "{}" })).status).toBe(400);
  expect((await receivedBy(me, source))[0]).toMatchObject({ reason: "misconfigured" });
  await database.pool.query(`update source set provider = 'nobody', version = version + 1 where id = $1`, [source.id]);
  expect((await sendTo(door, source.path, { body: "{}" })).status).toBe(401);
  expect((await sendTo(door, "/in/unknown", { body: "{}" })).status).toBe(404);
  expect((await me.call("POST", "/api/v1/source", { name: "S", provider: "nobody" })).status).toBe(422);
});

test("credentials of received requests are neither shown nor stored in the clear", async () => {
  const me = await clientOf(door);
  const source = await newSource(me, { provider: "url-token", secrets: ["url-token-very-secret"] });
  const headers = { authorization: "Bearer bearer-very-secret", "x-api-key": "key-very-secret", "x-plain": "visible-control-value" };
  expect((await sendTo(door, `${source.path}?token=url-token-very-secret&a=1`, { headers, body: "{}" })).status).toBe(200);
  const [received] = await receivedBy(me, source);
  const text = JSON.stringify(await me.call("GET", `/api/v1/received-request/${received?.id}`));
  expect(text).toContain("visible-control-value");
  expect(text).not.toContain("very-secret");
  const { rows } = await database.pool.query<{ row: string }>(
    `select to_jsonb(r)::text as row from received_request r where "sourceId" = $1
     union all select to_jsonb(m)::text from message m where "applicationId" = $2
     union all select to_jsonb(s)::text from source s where "id" = $1`,
    [source.id, source.application.id],
  );
  expect(rows).toHaveLength(3);
  const asHex = Buffer.from("very-secret").toString("hex");
  for (const { row } of rows) expect([row.includes("very-secret"), row.includes(asHex)]).toEqual([false, false]);
});

test("deleting a source takes its own application along; an application that a source feeds stays", async () => {
  const me = await clientOf(door);
  const shared = await me.call<{ id: string }>("POST", "/api/v1/app", { name: "Shared" });
  const own = await newSource(me);
  const fed = await newSource(me, { applicationId: shared.id, uid: "fed" });
  expect([own.ownsApplication, fed.ownsApplication, fed.application.id]).toEqual([true, false, shared.id]);
  const listed = await me.call<{ data: { id: string }[] }>("GET", "/api/v1/app");
  expect(listed.data.map(({ id }) => id)).toEqual([shared.id]);
  expect((await me.call("DELETE", `/api/v1/app/${shared.id}`)).status).toBe(409);
  expect((await me.call("DELETE", `/api/v1/source/${own.id}`)).status).toBe(204);
  expect((await me.call("GET", `/api/v1/app/${own.application.id}`)).status).toBe(404);
  expect((await sendTo(door, own.path, { body: "{}" })).status).toBe(404);
  expect((await me.call("DELETE", "/api/v1/source/fed")).status).toBe(204);
  expect((await me.call("GET", `/api/v1/app/${shared.id}`)).status).toBe(200);
});
