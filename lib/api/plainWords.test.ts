import { afterAll, beforeAll, expect, test } from "vitest";
import { env, setEnv } from "../env.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { withKey } from "../testing/furnish.ts";
import { newTenant } from "../testing/tenant.ts";
import { createApi } from "./app.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  setEnv({ ...env(), httpsOnly: true, allowedNetworks: [] });
});
afterAll(() => database.close());

const api = createApi();

async function post(path: string, headers: Record<string, string>, body: unknown): Promise<unknown> {
  const init = { method: "POST", headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) };
  return (await api.request(`/api/v1${path}`, init)).json();
}

test.each([
  [
    "http://10.0.0.1/",
    "WEBSTER_ALLOWED_NETWORKS",
    "The URL's address is private or reserved: enter one that can be reached from the Internet",
  ],
  [
    "https://localhost/",
    "WEBSTER_ALLOWED_NETWORKS",
    "The URL's address is private or reserved: enter one that can be reached from the Internet",
  ],
  ["http://example.com/", "WEBSTER_HTTPS_ONLY", "The URL must start with https://"],
])("%s is refused by the name of the setting, but an application's people read what they can do", async (url, setting, plain) => {
  const { apiKey } = await newTenant();
  const { id } = (await post("/app", withKey(apiKey), { name: "Café" })) as { id: string };
  const { token } = (await post(`/auth/app-portal-access/${id}`, withKey(apiKey), {})) as { token: string };
  const create = (key: string, body: object) => post(`/app/${id}/endpoint`, withKey(key), body);
  expect(JSON.stringify(await create(apiKey, { url }))).toContain(setting);
  expect(await create(token, { url })).toMatchObject({ detail: [{ loc: ["body", "url"], msg: plain }] });
});
