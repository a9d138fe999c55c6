/** The code that people copy is run: what it sends is what came, and signed so that Webster and the providers' own libraries take it. */
import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { formBodies, jsonBodies, type OracleBody } from "../../lib/testing/oracles/bodies.ts";
import { lightOracles } from "../../lib/testing/oracles/light.ts";
import { bodiesOf, refusalBy } from "../../lib/testing/oracles/oracle.ts";
import { receivedBy } from "../../lib/testing/oracles/nodeHttp.ts";
import type { IncomingRequest, ProviderKind } from "../../lib/webhooks/verification.ts";
import { providers, verifyRequest } from "../../lib/webhooks/verification.ts";
import { configOf, kinds, nowMs, post, received, samplePost, sourceUrl } from "../../lib/webhooks/verification/testSupport.ts";
import { type Captured, bodyTextOf } from "./captured.ts";
import { pytestOf } from "./pytestFixture.ts";
import { requestCurl } from "./requestCurl.ts";
import { signingOf } from "./signing.ts";
import { vitestOf } from "./vitestFixture.ts";

let directory = "";
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "webster-fixture-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const signingFor = (kind: ProviderKind) => signingOf(kind, providers[kind].scheme.recipe, configOf(kind).settings);

function captured(kind: ProviderKind, request: IncomingRequest): Captured {
  return {
    what: `${providers[kind].sample.eventType} of ${providers[kind].label}`,
    method: request.method,
    url: request.url,
    headers: request.headers,
    bodyBase64: request.body.toString("base64"),
    signing: signingFor(kind),
  };
}

type Case = { name: string; kind: ProviderKind; request: IncomingRequest };

/** Signed two years ago: only what is signed anew is taken. */
const staleMs = nowMs - 63_072_000_000;
const signable = kinds.filter((kind) => signingFor(kind) !== null);
const bodiesFor = (kind: ProviderKind): readonly OracleBody[] => {
  const oracle = lightOracles.find((one) => one.kind === kind);
  if (oracle !== undefined) return bodiesOf(oracle);
  return kind === "mandrill" ? formBodies : kind === "slack" ? [...jsonBodies, ...formBodies] : jsonBodies;
};
const cases: Case[] = signable.flatMap((kind) => [
  { name: `${kind}, its sample`, kind, request: samplePost(kind, staleMs) },
  ...bodiesFor(kind).map(({ name, text, contentType }) => ({
    name: `${kind}, ${name}`,
    kind,
    request: post(kind, Buffer.from(text), contentType, staleMs),
  })),
]);

type Sent = { url: string; method?: string; headers: Record<string, string>; body?: Uint8Array };

/** The request that the code sends, as it would arrive. */
function arrived(sent: Sent, request: IncomingRequest): IncomingRequest {
  const headers = Object.fromEntries(Object.entries(sent.headers).map(([name, value]) => [name.toLowerCase(), value]));
  return received({ url: sent.url, method: sent.method ?? request.method, headers, body: Buffer.from(sent.body ?? request.body) });
}

async function judge({ name, kind, request }: Case, sent: Sent, oracles = lightOracles): Promise<void> {
  const again = arrived(sent, request);
  expect({ name, verdict: verifyRequest(kind, configOf(kind), again, Date.now()) }).toEqual({ name, verdict: { ok: true } });
  const timeless = (body: Buffer): string => body.toString("latin1").replace(/(?<="webhookTimestamp":)\d+/, "");
  expect(timeless(again.body)).toBe(timeless(request.body));
  for (const oracle of oracles.filter((one) => one.kind === kind))
    expect({ name, refusal: await refusalBy(oracle, again) }).toEqual({ name, refusal: null });
}

type Fixture = { signedRequest: () => Sent };

/**
 * A function for each of the fixtures, which loads it; their own test is not run. All are compiled at once: one by one, they took
 * most of the time.
 */
async function loadersOf(fixtures: string[]): Promise<(() => Promise<Fixture>)[]> {
  const folder = await mkdtemp(join(directory, "fixtures-"));
  await Promise.all(fixtures.map((code, n) => writeFile(join(folder, `case${n}.ts`), code)));
  const contents = `export const loaders = [${fixtures.map((_, n) => `() => import("./case${n}.ts")`).join(",")}];`;
  const [outfile, vitest] = [join(folder, "all.mjs"), join(folder, "vitest.mjs")];
  await writeFile(vitest, "export const expect = () => undefined; export const test = () => undefined;");
  const stdin = { contents, resolveDir: folder };
  await build({ stdin, alias: { vitest }, bundle: true, platform: "node", format: "esm", outfile, logLevel: "silent" });
  return ((await import(outfile)) as { loaders: (() => Promise<Fixture>)[] }).loaders;
}

async function sentByVitest(load: (() => Promise<Fixture>) | undefined, kind: ProviderKind, url = sourceUrl): Promise<Sent> {
  if (load === undefined) throw new Error("There is no such fixture");
  process.env["WEBHOOK_URL"] = url;
  process.env["WEBHOOK_SECRET"] = configOf(kind).secrets[0];
  return (await load()).signedRequest();
}

async function sentByOne({ kind, request }: Pick<Case, "kind" | "request">, url = sourceUrl): Promise<Sent> {
  const [load] = await loadersOf([vitestOf(captured(kind, request))]);
  return sentByVitest(load, kind, url);
}

test("most providers' can be signed anew", () => {
  expect(signable.length).toBeGreaterThan(70);
});

test("vitest: what each sends is taken, though what was captured is stale", async () => {
  const loaders = await loadersOf(cases.map(({ kind, request }) => vitestOf(captured(kind, request))));
  for (const [index, one] of cases.entries()) await judge(one, await sentByVitest(loaders[index], one.kind));
});

const pythonIsThere = spawnSync("python3", ["--version"]).status === 0;

describe.skipIf(!pythonIsThere)(`pytest${pythonIsThere ? "" : " (python3 is not on this machine)"}`, () => {
  test("what each sends is taken", async () => {
    const program = `import base64, json, os, sys
out = []
for case in json.load(open(sys.argv[1])):
    os.environ["WEBHOOK_SECRET"] = case["secret"]
    scope = {}
    exec(case["code"], scope)
    url, headers, body = scope["signed_request"]()
    assert len([name for name in scope if name.startswith("test_")]) == 1
    out.append({"url": url, "headers": headers, "body": base64.b64encode(body).decode()})
print(json.dumps(out))`;
    const given = cases.map(({ kind, request }) => ({ code: pytestOf(captured(kind, request)), secret: configOf(kind).secrets[0] ?? "" }));
    const file = join(directory, "cases.json");
    await writeFile(file, JSON.stringify(given));
    const env = { ...process.env, WEBHOOK_URL: sourceUrl, PYTHONUTF8: "1" };
    const { stdout } = await promisify(execFile)("python3", ["-c", program, file], { env, maxBuffer: 100_000_000 });
    const sent = JSON.parse(stdout) as { url: string; headers: Record<string, string>; body: string }[];
    for (const [index, one] of cases.entries()) {
      const { url = "", headers = {}, body = "" } = sent[index] ?? {};
      await judge(one, { url, headers, body: Buffer.from(body, "base64") });
    }
  });
});

const curlIsThere = spawnSync("curl", ["--version"]).status === 0;

describe.skipIf(!curlIsThere)(`cURL${curlIsThere ? "" : " (curl is not on this machine)"}`, () => {
  test.each<[string, Partial<IncomingRequest>]>([
    ["text beyond ASCII and quotes", { body: Buffer.from(`{"a":"Grüße '東京' $(id) \`x\` \\\\ !"}\r\n`) }],
    ["bytes that are no text", { body: Buffer.from([0, 255, 254, 10, 13, 39]) }],
    ["a byte order mark", { body: Buffer.from("\u{feff}{}") }],
    ["more than an argument holds", { body: Buffer.from(`@${"é".repeat(200_000)}`) }],
    ["no content type and an empty header", { body: Buffer.from("a=1"), headers: { "x-empty": "" } }],
    ["another method", { method: "PUT", body: Buffer.from("{}") }],
    ["nothing", { method: "GET", headers: { "x-note": "it's" } }],
  ])("sends what came: %s", async (_, parts) => {
    const headers = { "content-type": "application/json", "x-kept": '"1"', ...parts.headers };
    if ("x-empty" in headers) Reflect.deleteProperty(headers, "content-type");
    const request = received({ url: `${sourceUrl}?a=%27b%27&c`, ...parts, headers });
    const again = await receivedBy(async (origin) => {
      const url = request.url.replace("https://hooks.example.com", origin);
      const command = requestCurl({ ...captured("github", request), url });
      // The command runs from a file: the program's own arguments could not hold all of them.
      const file = join(directory, "command.sh");
      await writeFile(file, `${command} --fail --silent`);
      const { stdout } = await promisify(execFile)("sh", [file]);
      expect(stdout).toBe("taken");
    });
    expect(again.method).toBe(request.method);
    expect(again.url).toBe(new URL(request.url).pathname + new URL(request.url).search);
    expect(again.body.equals(request.body)).toBe(true);
    expect(again.headers).toMatchObject(headers);
    expect("content-type" in again.headers).toBe("content-type" in headers);
  });
});

describe("what is captured", () => {
  const hidden = { authorization: "•••", host: "x", "user-agent": "GitHub-Hookshot/1" };

  test("nothing hidden and nothing of the connection goes along", () => {
    for (const code of [vitestOf, pytestOf].map((write) => write({ ...captured("github", samplePost("github")), headers: hidden }))) {
      expect(code).toContain("GitHub-Hookshot");
      expect(code).not.toMatch(/authorization|host":|•••/);
    }
  });

  test.each<[ProviderKind, Record<string, string>, string[]]>([
    ["svix", { "webhook-id": "msg_1", "webhook-timestamp": "1", "webhook-signature": "v1,x" }, ["webhook-signature"]],
    ["lithic", { "svix-id": "msg_1", "svix-timestamp": "1", "svix-signature": "v1,x" }, ["svix-signature"]],
    ["shopify", { "shopify-hmac-sha256": "x" }, ["shopify-hmac-sha256"]],
    ["docusign", { "x-docusign-signature-1": "x", "x-docusign-signature-2": "y" }, ["x-docusign-signature-1"]],
    ["vapi", { "x-vapi-signature": "•••" }, ["x-vapi-signature"]],
    ["openclaw", { authorization: "•••" }, ["authorization"]],
  ])("the signature of %s stands where it stood, and there alone", async (kind, headers, expected) => {
    const request = received({ headers, body: Buffer.from("{}") });
    const sent = await sentByOne({ kind, request });
    expect(Object.keys(sent.headers).filter((name) => /signature|hmac|authorization|secret|token/.test(name))).toEqual(expected);
    // The providers' libraries look at one of the places only.
    await judge({ name: kind, kind, request }, sent, []);
  });

  test("a prefix is text, whatever it holds", async () => {
    const settings = { header: "x-key", prefix: '`${process.exit()}` {x} \\" ' };
    const request = received({ body: Buffer.from("{}") });
    const code = vitestOf({ ...captured("api-key", request), signing: signingOf("api-key", null, settings) });
    const [load] = await loadersOf([code]);
    process.env["WEBHOOK_SECRET"] = "s+e/c=";
    expect((await load?.())?.signedRequest().headers["x-key"]).toBe(`${settings.prefix}s+e/c=`);
  });

  test("a token in the URL is written as URLs write it, behind what is there", async () => {
    const request = received({ url: `${sourceUrl}?token=x`, body: Buffer.from("{}") });
    const [load] = await loadersOf([vitestOf(captured("url-token", request))]);
    process.env["WEBHOOK_URL"] = `${sourceUrl}?a=1`;
    process.env["WEBHOOK_SECRET"] = "s+e/c=&";
    expect((await load?.())?.signedRequest().url).toBe(`${sourceUrl}?a=1&token=s%2Be%2Fc%3D%26`);
  });

  test("a body is text only if that text is its bytes", () => {
    const asText = (bytes: Buffer) => bodyTextOf({ ...captured("github", samplePost("github")), bodyBase64: bytes.toString("base64") });
    expect(asText(Buffer.from("\u{feff}é"))).toBe("\u{feff}é");
    for (const bytes of [Buffer.from([0xe4]), Buffer.from("a\0b"), Buffer.from([0x1f, 0x8b, 8])]) expect(asText(bytes)).toBeNull();
  });

  test("HubSpot signs the URL as it decodes it", async () => {
    const request = post("hubspot", Buffer.from("{}"), "application/json", staleMs);
    const one = { name: "hubspot", kind: "hubspot" as const, request };
    const url = `${sourceUrl}?at=10%3A30&b=%2f%20%C3%A4`;
    const { url: _, ...sent } = await sentByOne(one, url);
    await judge(one, { ...sent, url });
  });

  test("without exactly one time in the body there is nothing to make anew", () => {
    const linear = (text: string) => vitestOf(captured("linear", received({ body: Buffer.from(text) })));
    expect(linear('{"webhookTimestamp":1}')).toContain('" + timestamp + "');
    for (const text of ["{}", '{"webhookTimestamp":1,"a":{"webhookTimestamp":2}}']) expect(linear(text)).toContain("goes out as it came");
  });

  test("a GET carries no body, which fetch would refuse", async () => {
    const sent = await sentByOne({ kind: "github", request: received({ method: "GET", headers: {} }) });
    expect(() => new Request(sent.url, sent as RequestInit)).not.toThrow("");
  });
});
