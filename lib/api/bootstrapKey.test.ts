/** The key of the first start may be the one that a team's applications have been sending to Svix. */
import { createHmac, randomBytes, randomUUID } from "node:crypto";
import { Svix } from "svix";
import { afterEach, beforeEach, expect, test } from "vitest";
import { prisma } from "../db/client.ts";
import { env, readEnv } from "../env.ts";
import { ensureBootstrap } from "../services/team/bootstrap.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { startFetchServer } from "../testing/fetchServer.ts";
import { createApi } from "./app.ts";

let database: TestDatabase;
// Each test needs a database that nobody has set up.
beforeEach(async () => {
  database = await testDatabase();
});
afterEach(() => database.close());

const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
function jwt(claims: object): string {
  const text = `${base64url({ alg: "HS256", typ: "JWT" })}.${base64url(claims)}`;
  return `${text}.${createHmac("sha256", "their secret").update(text).digest("base64url")}`;
}
const claims = { iss: "svix-server", sub: "org_23rb8YdGqMT0qIzpgGwdXfHirMu", iat: 1_767_225_600, exp: 2_082_585_600 };

test.each([
  ["of Svix's cloud", () => `testsk_${randomBytes(24).toString("base64url")}.eu`],
  ["that svix-server has made", () => jwt({ ...claims, jti: randomUUID() })],
  ["with many claims", () => jwt({ ...claims, jti: randomUUID(), scopes: Array.from({ length: 80 }, (_, n) => `scope:number:${n}`) })],
])("a key %s goes on working from where it is set, alone and with the environment behind it", async (_, make) => {
  const key = make();
  await ensureBootstrap({ ...env(), bootstrap: readEnv({ WEBSTER_BOOTSTRAP_API_KEY: key }).bootstrap });
  const environment = await prisma().environment.findFirstOrThrow();
  const api = createApi();
  const server = await startFetchServer((request) => api.fetch(request));
  const using = (token: string) => new Svix(token, { serverUrl: server.url, numRetries: 0 }).application.list();
  try {
    expect(await using(key)).toMatchObject({ data: [], done: true });
    expect(await using(`${key}|${environment.id}`)).toMatchObject({ data: [], done: true });
    for (const wrong of [`${key}|env_of_others`, `${key}|`, `${key}x`, `|${environment.id}`])
      await expect(using(wrong)).rejects.toMatchObject({ code: 401 });
  } finally {
    await server.close();
  }
});
