/** Endpoints whose receivers want to know who is sending: from the API to the wire. */
import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Engine, startEngine } from "../delivery/engine.ts";
import { selfSigned } from "../testing/certificate.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { oauthClient, type OAuthServer, startOAuthServer } from "../testing/oauthServer.ts";
import { type Answer, type Hit, type Receiver, startReceiver } from "../testing/receiver.ts";
import { newTenant } from "../testing/tenant.ts";
import { until } from "../testing/until.ts";
import { createApi } from "./app.ts";

let database: TestDatabase;
let engine: Engine;
let server: OAuthServer;
const receivers: Receiver[] = [];
const api = createApi();

beforeAll(async () => {
  database = await testDatabase({ WEBSTER_RETRY_SCHEDULE: "0.05,0.05" });
  server = await startOAuthServer();
  engine = startEngine({ trusted: selfSigned.cert });
});
afterAll(async () => {
  await engine.stop();
  await server.close();
  for (const receiver of receivers) await receiver.close();
  await database.close();
});

type Json = Record<string, unknown>;
type Reply = { status: number; body: Json };

async function receive(answer?: Answer | Answer[]): Promise<Receiver> {
  const receiver = await startReceiver(answer);
  receivers.push(receiver);
  return receiver;
}

async function furnished(url: string, endpoint: Json = {}) {
  const tenant = await newTenant();
  const call = async (method: string, path: string, body?: unknown): Promise<Reply> => {
    const init = { method, headers: { authorization: `Bearer ${tenant.apiKey}`, "content-type": "application/json" } };
    const response = await api.request(`/api/v1${path}`, body === undefined ? init : { ...init, body: JSON.stringify(body) });
    const text = await response.text();
    return { status: response.status, body: (text === "" ? {} : JSON.parse(text)) as Json };
  };
  const app = String((await call("POST", "/app", { name: "Café" })).body["id"]);
  const created = await call("POST", `/app/${app}/endpoint`, { url, ...endpoint });
  const id = String(created.body["id"]);
  const path = `/app/${app}/endpoint/${id}`;
  const send = async () => String((await call("POST", `/app/${app}/msg`, { eventType: "t", payload: {} })).body["id"]);
  /** What became of a message, once it has ended. */
  const ended = (messageId: string) =>
    until("the delivery to end", async () => {
      const { body } = await call("GET", `/delivery/${messageId}/${id}`);
      return ["succeeded", "failed"].includes(String(body["status"])) ? body : null;
    });
  return { tenant, call, created, path, app, send, ended, sent: async () => ended(await send()) };
}

const oauth = (more: Json = {}) => ({ kind: "oauth2", tokenUrl: `${server.url}/token`, ...oauthClient, ...more });
const headerOf = (hit: Hit | undefined, name = "authorization"): string | undefined => hit?.headers[name];
const attemptsOf = (delivery: Json) =>
  delivery["attempts"] as { errorClass: string; response: string; requestHeaders: { name: string; value: string | null }[] }[];

test("basic, bearer and a header of its own go with each request, and never come out again", async () => {
  const receiver = await receive((_request, response, hit) => {
    response.setHeader("x-echo", hit.headers["authorization"] ?? "");
    response.end(JSON.stringify(hit.headers));
  });
  const headers = { Authorization: "own value of before", "X-Other": "kept" };
  const basic = { kind: "basic", username: "café", password: "geheim-genug" };
  const { call, path, sent, created } = await furnished(receiver.url, { headers, authentication: basic });
  expect(created.status).toBe(201);
  expect((await call("GET", `${path}/authentication`)).body).toEqual({ kind: "basic", username: "café" });
  const delivery = await sent();
  const expected = Buffer.from("café:geheim-genug").toString("base64");
  expect([headerOf(receiver.hits[0]), headerOf(receiver.hits[0], "x-other")]).toEqual([`Basic ${expected}`, "kept"]);
  // The receiver answered with what it was sent; it is not kept. Nor is it shown.
  expect(JSON.stringify(delivery)).not.toContain(expected);
  expect(attemptsOf(delivery)[0]?.requestHeaders).toContainEqual({ name: "authorization", value: null });

  expect((await call("PUT", `${path}/authentication`, { kind: "bearer", token: "a.bearer-token" })).body).toEqual({ kind: "bearer" });
  await sent();
  expect(headerOf(receiver.hits[1])).toBe("Bearer a.bearer-token");
  await call("PUT", `${path}/authentication`, { kind: "header", name: "X-Cafe-Key", value: "key of the café" });
  await sent();
  expect([headerOf(receiver.hits[2]), headerOf(receiver.hits[2], "x-cafe-key")]).toEqual(["own value of before", "key of the café"]);
  expect((await call("DELETE", `${path}/authentication`)).status).toBe(204);
  expect((await call("GET", `${path}/authentication`)).body).toEqual({ kind: "none" });
  await sent();
  expect(headerOf(receiver.hits[3], "x-cafe-key")).toBeUndefined();

  const entries = await database.prisma.auditEntry.findMany({ where: { action: { startsWith: "endpoint.authentication" } } });
  expect(entries).toHaveLength(3);
  expect(JSON.stringify(entries)).not.toMatch(/a\.bearer-token|key of the/);
});

test("a token is fetched once for all who need it, kept, and fetched anew after a 401", async () => {
  const receiver = await receive();
  const { send, ended, sent } = await furnished(receiver.url, {
    authentication: oauth({ scope: "hooks write", audience: "https://café/" }),
  });
  const before = server.given();
  await Promise.all((await Promise.all(Array.from({ length: 5 }, send))).map(ended));
  expect(server.given()).toBe(before + 1);
  expect(new Set(receiver.hits.map((hit) => headerOf(hit)))).toEqual(new Set([`Bearer token-${before + 1}-of-the-server`]));
  const asked = server.hits.at(-1);
  expect(Object.fromEntries(new URLSearchParams(asked?.body.toString()))).toEqual({
    grant_type: "client_credentials",
    scope: "hooks write",
    audience: "https://café/",
  });
  // RFC 6749, section 2.3.1: each encoded as in a form first.
  expect(headerOf(asked)).toBe(`Basic ${Buffer.from("webster+client:s3cr%3At+of+the+client").toString("base64")}`);

  const count = receiver.hits.length;
  receiver.respond([{ status: 401 }, { status: 200 }]);
  const delivery = await sent();
  expect([delivery["status"], delivery["attemptCount"]]).toEqual(["succeeded", 1]);
  expect(receiver.hits.slice(count).map((hit) => headerOf(hit))).toEqual([
    `Bearer token-${before + 1}-of-the-server`,
    `Bearer token-${before + 2}-of-the-server`,
  ]);
});

test("a receiver that goes on refusing is asked twice an attempt, no more", async () => {
  const receiver = await receive({ status: 401, body: "no" });
  const { sent } = await furnished(receiver.url, {
    authentication: oauth({ clientAuthentication: "client_secret_post" }),
    retrySchedule: [0.05],
  });
  const delivery = await sent();
  expect([delivery["status"], delivery["attemptCount"], receiver.hits.length]).toEqual(["failed", 2, 4]);
  expect(new URLSearchParams(server.hits.at(-1)?.body.toString()).get("client_secret")).toBe(oauthClient.clientSecret);
  expect(headerOf(server.hits.at(-1))).toBeUndefined();
});

test("without a token the attempt fails and says why, without telling what is secret", async () => {
  const receiver = await receive();
  const { sent, call, path } = await furnished(receiver.url, { authentication: oauth(), retrySchedule: [0.05] });
  const leak = JSON.stringify({ error: "invalid_client", error_description: oauthClient.clientSecret });
  const faults: [Answer, RegExp][] = [
    [{ status: 401, body: leak }, /^The token server answered 401 \(invalid_client\)$/],
    [{ status: 500, body: oauthClient.clientSecret }, /^The token server answered 500$/],
    [{ status: 302, headers: { location: receiver.url } }, /^The token server answered 302$/],
    [{ body: "<html>" }, /holds no access_token$/],
    [{ body: '{"access_token":"a","token_type":"mac"}' }, /another type than Bearer$/],
    [{ body: '{"access_token":"a\\nb","token_type":"bearer"}' }, /can't stand in a header$/],
    [(request) => void request.socket.destroy(), /^The token server: The connection was closed/],
  ];
  for (const [answer, expected] of faults) {
    server.answer(answer);
    const attempt = attemptsOf(await sent())[0];
    expect([attempt?.errorClass, attempt?.response]).toEqual(["authentication", expect.stringMatching(expected)]);
  }
  server.answer(null);
  expect(receiver.hits).toHaveLength(0);
  expect((await sent())["status"]).toBe("succeeded");
  const attempts = await database.pool.query("select * from attempt");
  expect(JSON.stringify(attempts.rows)).not.toContain(oauthClient.clientSecret);
  expect((await call("GET", `${path}/authentication`)).body).toEqual({
    kind: "oauth2",
    tokenUrl: `${server.url}/token`,
    clientId: oauthClient.clientId,
    clientAuthentication: "client_secret_basic",
    scope: null,
    audience: null,
  });
});

test("a receiver that demands a client certificate gets the endpoint's own", async () => {
  const seen: string[] = [];
  const tls = createServer({ ...selfSigned, ca: selfSigned.cert, requestCert: true, rejectUnauthorized: true }, (request, response) => {
    seen.push((request.socket as TLSSocket).getPeerCertificate().fingerprint256);
    response.end();
  });
  await new Promise<void>((resolve) => tls.listen(0, "127.0.0.1", resolve));
  const url = `https://127.0.0.1:${(tls.address() as AddressInfo).port}/`;
  try {
    const { sent, call, path } = await furnished(url, { retrySchedule: [0.05] });
    expect(attemptsOf(await sent())[0]?.errorClass).toMatch(/^(tls|reset)$/);
    const certificate = { kind: "mtls", certificate: selfSigned.cert, privateKey: selfSigned.key };
    const shown = await call("PUT", `${path}/authentication`, certificate);
    expect(shown.body).toMatchObject({ kind: "mtls", subject: "CN=127.0.0.1", issuer: "CN=127.0.0.1" });
    expect(String(shown.body["expiresAt"])).toMatch(/^2126-/);
    expect(JSON.stringify(shown.body)).not.toContain("PRIVATE");
    expect((await sent())["status"]).toBe("succeeded");
    expect((await sent())["status"]).toBe("succeeded");
    expect(seen).toEqual([shown.body["fingerprint"], shown.body["fingerprint"]]);
    // Without the certificate again, though a connection with it is still open.
    await call("DELETE", `${path}/authentication`);
    expect(attemptsOf(await sent())[0]?.errorClass).toMatch(/^(tls|reset)$/);
    expect(seen).toHaveLength(2);
  } finally {
    tls.closeAllConnections();
    tls.close();
  }
});

test("what can't be used is refused at save, and names the field", async () => {
  const { call, path } = await furnished("http://127.0.0.1:9/");
  const fault = async (body: Json) => {
    const { status, body: answer } = await call("PUT", `${path}/authentication`, body);
    const [first] = answer["detail"] as { loc: string[]; msg: string }[];
    return `${status} ${first?.loc.join(".")}: ${first?.msg}`;
  };
  const other = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  const { cert: certificate, key: privateKey } = selfSigned;
  const locked = other.export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "x" });
  expect(await fault({ kind: "kerberos" })).toMatch(/^422 body\.kind/);
  expect(await fault({ kind: "basic", username: "a:b", password: "x" })).toMatch(/^422 body\.username/);
  expect(await fault({ kind: "bearer", token: "a b" })).toMatch(/^422 body\.token/);
  expect(await fault({ kind: "header", name: "Host", value: "x" })).toMatch(/^422 body\.name/);
  expect(await fault(oauth({ tokenUrl: "http://169.254.169.254/token" }))).toMatch(/^422 body\.tokenUrl: .*private or reserved/);
  expect(await fault({ kind: "mtls", certificate: "x", privateKey })).toMatch(/^422 body\.certificate: .*no PEM certificate/);
  expect(await fault({ kind: "mtls", certificate: certificate.replace("MIIB", "MIIC"), privateKey })).toMatch(/can't be read/);
  expect(await fault({ kind: "mtls", certificate, privateKey: certificate })).toMatch(/^422 body\.privateKey: .*no PEM private key/);
  expect(await fault({ kind: "mtls", certificate, privateKey: locked })).toMatch(/encrypted/);
  const pem = other.export({ type: "pkcs8", format: "pem" });
  expect(await fault({ kind: "mtls", certificate, privateKey: pem })).toMatch(/does not belong to the certificate/);
});
