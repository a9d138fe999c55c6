/** Whoever holds a dump of the database holds no key, no token, no secret. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { newTenant } from "../testing/tenant.ts";
import { createApi } from "./app.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

/** Every row of every table as text, bytes as latin1 too. */
async function dump(): Promise<string> {
  const tables = await database.pool.query<{ name: string }>(`select tablename as name from pg_tables where schemaname = 'public'`);
  const parts: string[] = [];
  for (const { name } of tables.rows) {
    const { rows } = await database.pool.query<Record<string, unknown>>(`select * from "${name}"`);
    for (const row of rows)
      for (const value of Object.values(row)) parts.push(Buffer.isBuffer(value) ? value.toString("latin1") : (JSON.stringify(value) ?? ""));
  }
  return parts.join("\n");
}

test("no secret lies in the clear, not even in kept answers", async () => {
  const { apiKey, actor, environmentId } = await newTenant();
  await database.pool.query(`update api_key set permission = 'manage' where id = $1`, [actor.id]);
  const api = createApi();
  let calls = 0;
  const call = async (method: string, path: string, body?: object): Promise<Record<string, string>> => {
    const headers = { authorization: `Bearer ${apiKey}`, "content-type": "application/json", "idempotency-key": `k${calls++}` };
    const response = await api.request(`/api/v1${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    expect([path, response.status < 300]).toEqual([path, true]);
    const text = await response.text();
    return text === "" ? {} : (JSON.parse(text) as Record<string, string>);
  };
  await call("POST", "/app", { name: "A", uid: "a", metadata: { visible: "findable-control-value" } });
  const headers = { Authorization: "Bearer header-credential-value" };
  const authentication = { kind: "basic", username: "findable", password: "password-of-the-receiver" };
  const { id } = await call("POST", "/app/a/endpoint", { url: "http://127.0.0.1:9/", headers, authentication });
  const migrated = { signature: { style: "stripe" }, secret: "secret-in-use-before-the-move" };
  const { id: other } = await call("POST", "/app/a/endpoint", { url: "http://127.0.0.1:9/", ...migrated });
  const client = { kind: "oauth2", tokenUrl: "http://127.0.0.1:9/", clientId: "findable", clientSecret: "secret-of-the-oauth-client" };
  await call("PUT", `/app/a/endpoint/${other}/authentication`, client);
  const first = (await call("GET", `/app/a/endpoint/${id}/secret`))["key"] ?? "";
  await call("POST", `/app/a/endpoint/${id}/secret/rotate`, {});
  const second = (await call("GET", `/app/a/endpoint/${id}/secret`))["key"] ?? "";
  const key = (await call("POST", "/api-key", { name: "K" }))["key"] ?? "";
  const issued = (await call("POST", `/management/authentication/${environmentId}/api-token`, { name: "T" }))["token"] ?? "";
  const access = await call("POST", "/auth/app-portal-access/a", {});
  const code = new URL(access["url"] ?? "").hash.slice("#key=".length);
  const { token } = await call("POST", "/portal/exchange", { code });
  const ofReceivers = ["header-credential-value", authentication.password, migrated.secret, client.clientSecret];
  const secrets = [apiKey, first, second, key, issued, access["token"] ?? "", code, token ?? "", ...ofReceivers];

  const everything = await dump();
  expect(everything).toContain("findable-control-value");
  for (const secret of secrets) {
    expect(secret.length).toBeGreaterThan(20);
    const bare = secret.replace(/^(whsec_|wk_|wp_|wl_)/, "");
    const forms = [
      bare,
      Buffer.from(bare).toString("base64").replace(/=+$/, ""),
      Buffer.from(bare).toString("hex"),
      Buffer.from(bare, "base64").toString("latin1"),
    ];
    expect([secret, forms.filter((form) => everything.includes(form))]).toEqual([secret, []]);
  }
});
