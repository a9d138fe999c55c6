import { request } from "node:http";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { operations } from "../contract/operations.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { type FetchServer, startFetchServer } from "../testing/fetchServer.ts";
import { withKey, withSession } from "../testing/furnish.ts";
import { newMember } from "../testing/session.ts";
import { newTenant, type Tenant } from "../testing/tenant.ts";
import { createApi } from "./app.ts";
import { isCompressible, preferred } from "./compression.ts";

let database: TestDatabase;
let server: FetchServer;
let tenant: Tenant;
let session: Record<string, string>;
const api = createApi();

beforeAll(async () => {
  database = await testDatabase();
  server = await startFetchServer((asked) => api.fetch(asked));
  tenant = await newTenant();
  session = withSession(await newMember(tenant.organizationId, "owner"), tenant.environmentId);
  for (let number = 0; number < 20; number++)
    await database.prisma.eventType.create({
      data: {
        environmentId: tenant.environmentId,
        name: `type.${number}`,
        description: `What is told by type ${number}`,
        featureFlags: [],
      },
    });
});
afterAll(async () => {
  await server.close();
  await database.close();
});

const path = "/api/v1/event-type";

type Answer = { status: number; headers: Record<string, string | string[] | undefined>; body: Buffer };

const ask = (headers: Record<string, string>, method = "GET", at = path): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const asked = request(new URL(at, server.url), { method, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) }));
    });
    asked.on("error", reject);
    asked.end();
  });

const key = (encoding: string) => ({ ...withKey(tenant.apiKey), "accept-encoding": encoding });

describe("a long answer to a key", () => {
  it.each([
    ["br, gzip", "br", brotliDecompressSync],
    ["gzip, deflate", "gzip", gunzipSync],
    ["br;q=0.5, gzip;q=0.9", "gzip", gunzipSync],
  ] as const)("asked for as %s comes as %s, whole, with its length and what it depends on", async (encoding, coding, decode) => {
    const plain = await ask(key("identity"));
    const answer = await ask(key(encoding));
    expect(decode(answer.body).toString()).toBe(plain.body.toString());
    expect(answer.headers).toMatchObject({
      "content-encoding": coding,
      "content-length": String(answer.body.length),
      vary: "accept-encoding",
    });
    expect(answer.headers["content-type"]).toBe(plain.headers["content-type"]);
    expect(answer.body.length * 3).toBeLessThan(plain.body.length);
    expect(plain.headers["content-encoding"]).toBeUndefined();
    expect(plain.headers["vary"]).toBe("accept-encoding");
    const head = await ask(key(encoding), "HEAD");
    expect([head.status, head.body.length, head.headers["content-encoding"]]).toEqual([200, 0, coding]);
  });

  it("stays as it is where it is short, or tells of a fault", async () => {
    const short = await ask(key("br"), "GET", `${path}/type.1`);
    expect([short.status, short.headers["content-encoding"], short.headers["vary"]]).toEqual([200, undefined, "accept-encoding"]);
    const missing = await ask(key("br"), "GET", `${path}/none`);
    expect([missing.status, missing.headers["content-encoding"]]).toEqual([404, undefined]);
  });
});

describe("an answer to a cookie", () => {
  it("is compressed for our own pages, and not where another site may have asked", async () => {
    const own = await ask({ ...session, "accept-encoding": "br" });
    expect([own.status, own.headers["content-encoding"]]).toEqual([200, "br"]);
    for (const site of ["cross-site", "same-site", "none"]) {
      const foreign = await ask({ ...session, "sec-fetch-site": site, "accept-encoding": "br" });
      expect(foreign.headers["content-encoding"]).toBeUndefined();
    }
    const { "sec-fetch-site": _, ...unsaid } = session;
    expect((await ask({ ...unsaid, "accept-encoding": "br" })).headers["content-encoding"]).toBeUndefined();
  });
});

it("what reveals, exports, changes or shows keys is never compressed", () => {
  const compressed = operations.filter(isCompressible);
  expect(compressed.filter(({ method, effect }) => method !== "get" || effect !== undefined)).toEqual([]);
  const nouns = new Set(compressed.map(({ tag }) => tag));
  for (const noun of ["API Key", "Authentication", "Endpoint", "Inbox", "Source", "Session", "Integration", "AutoConfig", "Connector"])
    expect(nouns).not.toContain(noun);
  // A noun of another name would be left out unseen.
  // Here once more: whoever adds one says twice that its answers hold no secret.
  expect([...nouns].toSorted()).toEqual([
    "Application",
    "Background Tasks",
    "Delivery",
    "Event Type",
    "Incident",
    "Message",
    "Message Attempt",
    "Overview",
    "Statistics",
  ]);
});

it.each([
  ["", null],
  ["identity", null],
  ["deflate, zstd", null],
  ["gzip;q=0", null],
  ["*;q=0", null],
  ["gzip;q=0, *", "br"],
  ["*", "br"],
  ["X-GZIP", "gzip"],
  ["gzip;q=0.2, identity;q=0.5", null],
  ["br;q=nonsense, gzip", "gzip"],
  [" gzip ; q=1.0 , br;q=0.999", "gzip"],
])("of %j it chooses %s", (accepted, coding) => expect(preferred(accepted)).toBe(coding));
