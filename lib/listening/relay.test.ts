import { once } from "node:events";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { WebSocket } from "ws";
import { Sender } from "../delivery/send.ts";
import { env, setEnv } from "../env.ts";
import { probe } from "../services/endpoint/endpointProbe.ts";
import { requireSendable } from "../services/endpoint/endpointUrls.ts";
import { revoke } from "../services/team/apiKeys.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { connect, type RelayServer, startRelay } from "../testing/listening.ts";
import { endpointAt, sendBy } from "../testing/sender.ts";
import { newTenant } from "../testing/tenant.ts";
import { newSecret } from "../testing/sending.ts";

let database: TestDatabase;
const open = new Set<RelayServer>();

beforeAll(async () => {
  database = await testDatabase();
});
afterEach(async () => {
  for (const server of open) await server.close();
  open.clear();
  setEnv({ ...env(), listen: "open", publicUrl: null, port: 3000 });
});
afterAll(() => database.close());

async function start(limits: Parameters<typeof startRelay>[0] = {}): Promise<RelayServer> {
  const server = await startRelay(limits);
  open.add(server);
  return server;
}

let count = 0;
/** A token as the public clients choose theirs. */
const newToken = (): string => `c_${String(count++).padStart(10, "a")}`;

const urlOf = ({ url }: RelayServer, token: string): string => `${url}/in/${token}/`;
const everyByte = Buffer.from(Array.from({ length: 256 }, (_, index) => index));

/** What the server says to somebody who may not listen. */
async function refusal(listenUrl: string, options: WebSocket.ClientOptions = {}): Promise<[number | undefined, string]> {
  const socket = new WebSocket(listenUrl, options);
  socket.on("error", () => undefined);
  const [, response] = (await once(socket, "unexpected-response")) as [unknown, NodeJS.ReadableStream & { statusCode?: number }];
  let body = "";
  for await (const chunk of response) body += String(chunk);
  return [response.statusCode, (JSON.parse(body) as { code: string }).code];
}

/** With what code the server closes the connection of a machine that does nothing more than to start. */
async function endOf(listenUrl: string, options: WebSocket.ClientOptions = {}): Promise<number> {
  const socket = new WebSocket(listenUrl, options);
  socket.once("open", () => socket.send(JSON.stringify({ type: "start", version: 1, data: { token: newToken() } })));
  return ((await once(socket, "close")) as [number])[0];
}

it.each(["text", "binary"] as const)("passes a request on and gives the machine's answer back, in %s messages", async (speech) => {
  const server = await start();
  const machine = await connect(server.listenUrl, newToken(), {}, speech);
  expect(machine.token).toMatch(/^listen_[0-9a-f]{32}$/);
  const cafe = Buffer.from("Café").toString("latin1");
  const headers = { "content-type": "application/octet-stream", "webhook-id": "msg_1", "x-two": "a, b", authorization: "Basic YTpi" };
  const answered = fetch(`${urlOf(server, machine.token)}?a=b%20c`, {
    method: "PUT",
    headers: { ...headers, "x-name": cafe },
    body: everyByte,
  });
  const request = await machine.next();
  expect(request).toMatchObject({ method: "PUT", headers: { ...headers, "x-name": "Café" }, query: "a=b%20c" });
  expect(Buffer.from(request.body, "base64")).toEqual(everyByte);
  machine.answer(request.id, {
    status: 418,
    headers: { "X-Machine": "mine", "X-Name": "Café", "Content-Type": "image/png" },
    body: everyByte,
  });
  const answer = await answered;
  expect(answer.headers.get("x-name")).toBe(cafe);
  expect([answer.status, answer.headers.get("x-machine"), answer.headers.get("content-type")]).toEqual([418, "mine", "image/png"]);
  expect(Buffer.from(await answer.arrayBuffer())).toEqual(everyByte);
});

it("tells the machine nothing of connections and of the dashboard, nor the sender what would speak for our origin", async () => {
  const server = await start();
  const machine = await connect(server.listenUrl, newToken());
  const answered = fetch(urlOf(server, machine.token), { method: "POST", headers: { cookie: "session=1", "x-a": "1" }, body: "{}" });
  const { id, headers } = await machine.next();
  for (const name of ["host", "connection", "content-length", "cookie"]) expect(headers).not.toHaveProperty(name);
  machine.answer(id, {
    headers: {
      "Set-Cookie": "session=2",
      "Transfer-Encoding": "chunked",
      "Content-Length": "99",
      "Access-Control-Allow-Origin": "*",
      "Content-Security-Policy": "default-src *",
      "X-Good": "1",
      "not a name": "1",
    },
    body: Buffer.from("<script>"),
  });
  const answer = await answered;
  expect([answer.status, await answer.text(), answer.headers.get("x-good")]).toEqual([200, "<script>", "1"]);
  expect([answer.headers.get("set-cookie"), answer.headers.get("access-control-allow-origin")]).toEqual([null, null]);
  expect(answer.headers.get("content-security-policy")).toBe("default-src 'none'; sandbox");
});

it("keeps requests apart that are under way at once, whatever the order of their answers", async () => {
  const server = await start();
  const machine = await connect(server.listenUrl, newToken());
  const names = ["a", "b", "c", "d", "e"];
  const answers = names.map((body) => fetch(urlOf(server, machine.token), { method: "POST", body }).then((answer) => answer.text()));
  const requests = [];
  for (const _ of names) requests.push(await machine.next());
  for (const { id, body } of requests.toReversed())
    machine.answer(id, { body: Buffer.concat([Buffer.from("got "), Buffer.from(body, "base64")]) });
  expect(await Promise.all(answers)).toEqual(names.map((name) => `got ${name}`));
});

it("answers without a body where there is none, and takes no informational answer for one", async () => {
  const server = await start();
  const machine = await connect(server.listenUrl, newToken());
  for (const [given, expected] of [
    [204, 204],
    [304, 304],
    [103, 502],
  ] as const) {
    const answered = fetch(urlOf(server, machine.token), { method: "POST" });
    machine.answer((await machine.next()).id, { status: given, body: Buffer.from("x") });
    expect((await answered).status).toBe(expected);
  }
});

it("says so when nobody listens, and when the machine goes or gives no answer", async () => {
  const hasty = await start({ answerMs: 30 });
  const slow = await connect(hasty.listenUrl, newToken());
  const late = await fetch(urlOf(hasty, slow.token), { method: "POST" });
  expect([late.status, await late.text()]).toEqual([504, "The machine that listens gave no answer within 0.03 s"]);
  // Nobody waits for it any more: it changes nothing.
  slow.answer((await slow.next()).id, { status: 200 });

  const server = await start();
  expect((await fetch(urlOf(server, `listen_${"0".repeat(32)}`), { method: "POST" })).status).toBe(503);
  const machine = await connect(server.listenUrl, newToken());
  machine.socket.send("no JSON");
  machine.socket.send('{"type":"event","version":1,"data":{"id":7}}');
  const broken = fetch(urlOf(server, machine.token), { method: "POST" });
  await machine.next();
  machine.socket.terminate();
  expect((await broken).status).toBe(502);
  expect((await fetch(urlOf(server, machine.token), { method: "POST" })).status).toBe(503);
});

it("gives a token back to whoever comes again, but not while another shows that it is there", async () => {
  const hasty = await start({ pongMs: 50 });
  const token = newToken();
  // Its network is gone: it neither closes nor answers.
  const gone = await connect(hasty.listenUrl, token, { autoPong: false });
  const closed = once(gone.socket, "close");
  expect((await connect(hasty.listenUrl, token)).token).toBe(gone.token);
  await closed;

  const server = await start({ pongMs: 60_000 });
  const again = await connect(server.listenUrl, token);
  // The words by which Svix's client knows that it needs another token.
  await expect(connect(server.listenUrl, token)).rejects.toThrow("closed: 1008 This socket is already in use");
  const answered = fetch(urlOf(server, again.token), { method: "POST" });
  again.answer((await again.next()).id, { status: 202 });
  expect((await answered).status).toBe(202);
  again.socket.close();
  await once(again.socket, "close");
  expect((await connect(server.listenUrl, token)).token).toBe(gone.token);
});

it("closes those that say nothing, show no sign of life, say too much, or have been there long enough", async () => {
  const hasty = await start({ startMs: 20 });
  expect((await once(new WebSocket(hasty.listenUrl), "close"))[0]).toBe(1008);
  const server = await start({ messageBytes: 2_000 });
  await expect(connect(server.listenUrl, "short")).rejects.toThrow("closed: 1008 A token has 8 to 128 letters");
  const talker = await connect(server.listenUrl, newToken());
  const answered = fetch(urlOf(server, talker.token), { method: "POST" });
  talker.answer((await talker.next()).id, { body: Buffer.alloc(2_000) });
  expect((await once(talker.socket, "close"))[0]).toBe(1009);
  expect((await answered).status).toBe(502);

  const other = await start({ pingMs: 20 });
  expect(await endOf(other.listenUrl, { autoPong: false })).toBe(1006);
  const third = await start({ sessionMs: 20 });
  expect(await endOf(third.listenUrl)).toBe(1001);
});

it("tells machines that the server stops, so that they come again", async () => {
  const server = await start();
  const { socket } = await connect(server.listenUrl, newToken());
  const closed = once(socket, "close");
  await server.close();
  expect((await closed)[0]).toBe(1001);
});

it("leaves room to others, whatever waits for a machine that gives no answer", async () => {
  const server = await start({ bytesUnderWay: 100 });
  const [silent, other] = [await connect(server.listenUrl, newToken()), await connect(server.listenUrl, newToken())];
  const post = (token: string, body: string): Promise<Response> => fetch(urlOf(server, token), { method: "POST", body });
  const waiting = post(silent.token, "x".repeat(40));
  const { id: first } = await silent.next();
  expect((await post(silent.token, "x".repeat(40))).status).toBe(503);
  const answered = post(other.token, "x".repeat(50));
  const { id: second } = await other.next();
  other.answer(second, {});
  silent.answer(first, {});
  expect([(await answered).status, (await waiting).status]).toEqual([200, 200]);
});

it("bounds machines, requests that wait, their bytes, and requests a second", async () => {
  const server = await start({ connectionsOfOne: 2, requestsUnderWay: 1, bytesUnderWay: 100 });
  const first = await connect(server.listenUrl, newToken());
  const second = await connect(server.listenUrl, newToken());
  expect(await refusal(server.listenUrl)).toEqual([429, "rate_limited"]);
  const post = (token: string, body: string): Promise<Response> => fetch(urlOf(server, token), { method: "POST", body });
  const waiting = post(first.token, "x".repeat(60));
  const { id } = await first.next();
  expect((await post(first.token, "")).status).toBe(503);
  expect(await (await post(second.token, "x".repeat(50))).text()).toMatch(/Too much waits/);
  first.answer(id, {});
  expect((await waiting).status).toBe(200);
  second.socket.close();
  await once(second.socket, "close");
  // What its place is free for, as soon as the server knows.
  await expect
    .poll(() =>
      connect(server.listenUrl, newToken()).then(
        () => true,
        () => false,
      ),
    )
    .toBe(true);

  const small = await start({ connections: 1, requestsPerSecond: 1 });
  const only = await connect(small.listenUrl, newToken());
  expect(await refusal(small.listenUrl)).toEqual([503, "unavailable"]);
  const one = fetch(urlOf(small, only.token));
  only.answer((await only.next()).id, {});
  await one;
  expect((await fetch(urlOf(small, only.token))).status).toBe(429);
  const opened = await start({ openedPerSecond: 1 });
  await connect(opened.listenUrl, newToken());
  expect(await refusal(opened.listenUrl)).toEqual([429, "rate_limited"]);
});

it("lets nobody in where it is off, only API keys where they are asked for, and no page of a browser", async () => {
  const server = await start();
  const { apiKey } = await newTenant();
  expect(await refusal(server.listenUrl, { origin: "https://example.com" })).toEqual([403, "forbidden"]);
  expect(await refusal(server.listenUrl, { headers: { authorization: "Bearer nonsense" } })).toEqual([401, "authentication_failed"]);
  setEnv({ ...env(), listen: "keys" });
  expect(await refusal(server.listenUrl)).toEqual([401, "authentication_failed"]);
  await connect(server.listenUrl, newToken(), { headers: { authorization: `Bearer ${apiKey}` } });
  setEnv({ ...env(), listen: "off" });
  expect(await refusal(server.listenUrl, { headers: { authorization: `Bearer ${apiKey}` } })).toEqual([404, "not_offered"]);
  expect((await fetch(`${server.url}/api/v1/listen/`)).status).toBe(426);
});

it("lets go of a machine whose key has ended, at once, and of no other", async () => {
  const server = await start();
  setEnv({ ...env(), listen: "keys" });
  const [ending, staying] = [await newTenant(), await newTenant()];
  const [machine, other] = [
    await connect(server.listenUrl, newToken(), { headers: { authorization: `Bearer ${ending.apiKey}` } }),
    await connect(server.listenUrl, newToken(), { headers: { authorization: `Bearer ${staying.apiKey}` } }),
  ];
  const closed = once(machine.socket, "close");
  await revoke(ending.actor, ending.actor.id);
  expect(await closed).toEqual([1008, Buffer.from("The key that let this machine in has ended")]);
  const answered = fetch(urlOf(server, other.token));
  other.answer((await other.next()).id, { status: 204 });
  expect((await answered).status).toBe(204);
});

it("is the one address inside our network that an endpoint may have, and the machine's answer is the attempt's", async () => {
  const server = await start();
  setEnv({ ...env(), publicUrl: "https://webhooks.example.com", allowedNetworks: [], listen: "keys" });
  const { apiKey, actor } = await newTenant();
  const machine = await connect(server.listenUrl, newToken(), { headers: { authorization: `Bearer ${apiKey}` } });
  const url = `https://webhooks.example.com/in/${machine.token}/`;
  expect(await requireSendable(actor, url)).toBe(url);
  const sender = new Sender();
  try {
    const sent = sendBy(sender, endpointAt(url, newSecret()), everyByte);
    const request = await machine.next();
    expect(request.headers["webhook-id"]).toBe("msg_1");
    expect(Buffer.from(request.body, "base64")).toEqual(everyByte);
    machine.answer(request.id, { status: 409, body: Buffer.from("not here") });
    expect(await sent).toMatchObject({ kind: "answered", statusCode: 409, body: "not here" });
    for (const other of [
      `${server.url}/in/${machine.token}/`,
      `${server.url}/api/v1/health`,
      `https://webhooks.example.com@127.0.0.1:${env().port}/in/${machine.token}/`,
    ]) {
      await expect(requireSendable(actor, other)).rejects.toThrow(/URL/);
      expect(await sendBy(sender, endpointAt(other, newSecret()), everyByte)).toMatchObject({ kind: "unreachable", errorClass: "address" });
    }
    const probed = probe(actor, { url });
    machine.answer((await machine.next()).id, { status: 204 });
    expect(await probed).toMatchObject({ ok: true, statusCode: 204 });
    setEnv({ ...env(), publicUrl: server.url, listen: "off" });
    await expect(requireSendable(actor, `${server.url}/in/${machine.token}/`)).rejects.toThrow("private or reserved");
  } finally {
    await sender.close();
  }
});
