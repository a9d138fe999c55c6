import { afterAll, beforeAll, expect, test } from "vitest";
import { poolSizes } from "../db/poolSizes.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { withKey } from "../testing/furnish.ts";
import { type Receiver, startReceiver } from "../testing/receiver.ts";
import { newTenant } from "../testing/tenant.ts";
import { createApi } from "./app.ts";

let database: TestDatabase;
let hanging: Receiver;
beforeAll(async () => {
  [database, hanging] = await Promise.all([testDatabase(), startReceiver(() => undefined)]);
});
afterAll(() => database.close());

const api = createApi();

async function caller() {
  const headers = { "content-type": "application/json", ...withKey((await newTenant()).apiKey) };
  return async (path: string, body: object): Promise<number> =>
    (await api.request(`/api/v1${path}`, { method: "POST", headers, body: JSON.stringify(body) })).status;
}

test("whoever asks for what waits for somebody else's server takes no turn of those who change something", async () => {
  const { ordinary } = poolSizes();
  const [one, another, other] = [await caller(), await caller(), await caller()];
  const asked = [one, another].flatMap((busy) =>
    Array.from({ length: ordinary / 2 }, () => busy("/endpoint-probe", { url: `${hanging.url}/` })),
  );
  // As many as may change something at once.
  await hanging.waitForHits(ordinary - 1);
  const changed = other("/app", { name: "Café" });
  const first = await Promise.race([changed, ...asked.map((each) => each.then(() => "an answer from outside"))]);
  await hanging.close();
  expect(first).toBe(201);
  expect(await Promise.all(asked)).toEqual(asked.map(() => 200));
});
