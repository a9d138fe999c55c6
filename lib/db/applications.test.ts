import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { newId } from "../ids.ts";
import { sealer } from "../seal.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { newApplication, newEndpoint, newMessage, newSecret } from "../testing/sending.ts";
import { until } from "../testing/until.ts";
import { formatSecret } from "../webhooks/signature.ts";
import {
  changeApplication,
  findApplication,
  forgetAllApplications,
  getApplications,
  knownApplication,
  onApplicationChange,
  reloadApplication,
  watchApplications,
} from "./applications.ts";
import { hotPool } from "./client.ts";
import { notify } from "./listen.ts";
import { accept } from "./sql/hot/accept.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase({ WEBSTER_RETRY_SCHEDULE: "7,8" });
});
beforeEach(forgetAllApplications);
afterAll(() => database.close());

const url = "https://example.com/hook";

test("an application comes with all that sending needs", async () => {
  const [current, old, expired] = [newSecret(), newSecret(), newSecret()];
  const inAnHour = new Date(Date.now() + 3_600_000);
  const secrets = [
    { text: current, expiresAt: null },
    { text: old, expiresAt: inAnHour },
    { text: expired, expiresAt: new Date(Date.now() - 1_000) },
  ];
  const cafe = await newApplication([
    { url, secrets, headers: { "X-A": "ä", __proto__: "x" }, throttleRate: 5, retrySchedule: [0.5, 2] },
    { url, disabled: true },
  ]);
  await database.prisma.endpoint.create({
    data: { id: newId("endpoint"), applicationId: cafe.applicationId, environmentId: cafe.environmentId, url, deletedAt: new Date() },
  });
  const found = await findApplication(cafe.environmentId, cafe.applicationId);
  expect(found).toMatchObject({
    id: cafe.applicationId,
    environmentId: cafe.environmentId,
    uid: null,
    name: "Café",
    version: "1",
    throttleRate: null,
  });
  expect(found?.endpoints.map(({ id, disabled }) => [id, disabled])).toEqual(
    cafe.endpointIds.toSorted().map((id) => [id, id === cafe.endpointIds[1]]),
  );
  const endpoint = found?.endpoints.find(({ id }) => id === cafe.endpointIds[0]);
  expect(endpoint).toMatchObject({ url, headers: { "X-A": "ä" }, throttleRate: 5, retrySchedule: [0.5, 2], failingSinceMs: null });
  expect(endpoint?.signingKeys.map(({ key, expiresAtMs }) => [formatSecret(key), expiresAtMs])).toEqual([
    [current, null],
    [old, inAnHour.getTime()],
  ]);
  // Without its own schedule: the instance's.
  expect(found?.endpoints.find(({ id }) => id === cafe.endpointIds[1])?.retrySchedule).toEqual([7, 8]);
});

test("by id and by uid it is the same, in its own environment only", async () => {
  const [cafe, other] = [await newApplication([{ url }]), await newApplication([{ url }])];
  await database.prisma.application.update({ where: { id: cafe.applicationId }, data: { uid: "corner" } });
  const byId = await findApplication(cafe.environmentId, cafe.applicationId);
  const byUid = await findApplication(cafe.environmentId, "corner");
  expect(byId?.id).toBe(cafe.applicationId);
  expect(byUid?.id).toBe(cafe.applicationId);
  for (const name of [cafe.applicationId, "corner"]) expect(await findApplication(other.environmentId, name)).toBeNull();
});

test("it is read once for all who ask at the same time, and then remembered", async () => {
  const cafe = await newApplication([{ url }]);
  const query = vi.spyOn(hotPool(), "query");
  const all = await Promise.all(Array.from({ length: 20 }, () => findApplication(cafe.environmentId, cafe.applicationId)));
  all.push(await findApplication(cafe.environmentId, cafe.applicationId));
  expect(new Set(all).size).toBe(1);
  expect(query).toHaveBeenCalledTimes(1);
});

test("what does not exist is asked for again", async () => {
  const cafe = await newApplication([]);
  expect(await findApplication(cafe.environmentId, "soon")).toBeNull();
  await database.prisma.application.update({ where: { id: cafe.applicationId }, data: { uid: "soon" } });
  expect((await findApplication(cafe.environmentId, "soon"))?.id).toBe(cafe.applicationId);
});

test("a change raises the version and is seen at once here", async () => {
  const cafe = await newApplication([{ url }]);
  await findApplication(cafe.environmentId, cafe.applicationId);
  const heard: (string | null)[] = [];
  const stop = onApplicationChange((id) => heard.push(id));
  await changeApplication(cafe.applicationId, (tx) => tx.application.update({ where: { id: cafe.applicationId }, data: { name: "Bar" } }));
  stop();
  expect(heard).toContain(cafe.applicationId);
  expect(await findApplication(cafe.environmentId, cafe.applicationId)).toMatchObject({ name: "Bar", version: "2" });
});

test("a change that fails changes nothing, the version neither", async () => {
  const cafe = await newApplication([{ url }]);
  const change = changeApplication(cafe.applicationId, async (tx) => {
    await tx.application.update({ where: { id: cafe.applicationId }, data: { name: "Bar" } });
    throw new Error("no");
  });
  await expect(change).rejects.toThrow("no");
  expect(await reloadApplication(cafe.applicationId)).toMatchObject({ name: "Café", version: "1" });
});

test("another process's change is heard of, and until then refused by what stores", async () => {
  await watchApplications();
  const cafe = await newApplication([]);
  const known = await findApplication(cafe.environmentId, cafe.applicationId);
  // As another process would: past this one's cache.
  const endpointId = await newEndpoint(cafe, { url }, []);
  await database.pool.query(`update "application" set "endpointsVersion" = "endpointsVersion" + 1 where "id" = $1`, [cafe.applicationId]);
  expect(await accept(newMessage(cafe, { applicationVersion: known?.version ?? "" }))).toEqual({ kind: "stale" });
  expect((await findApplication(cafe.environmentId, cafe.applicationId))?.endpoints.map(({ id }) => id)).toEqual([endpointId]);
  await notify("webster_application", cafe.applicationId);
  await until("the news to arrive", () => knownApplication(cafe.applicationId) === undefined);
});

test("a read that began before a change is not remembered", async () => {
  const cafe = await newApplication([]);
  const slow = findApplication(cafe.environmentId, cafe.applicationId);
  const change = changeApplication(cafe.applicationId, async () => undefined);
  await Promise.all([slow, change]);
  expect((await findApplication(cafe.environmentId, cafe.applicationId))?.version).toBe("2");
});

test("a secret of another master key does not hide its endpoint, nor its neighbours", async () => {
  const cafe = await newApplication([{ url }, { url }]);
  const id = newId("endpointSecret");
  const sealed = sealer().seal("another row", newSecret());
  await database.prisma.endpointSecret.create({ data: { id, endpointId: cafe.endpointIds[0] ?? "", sealed } });
  const found = await findApplication(cafe.environmentId, cafe.applicationId);
  expect(found?.endpoints.map(({ signingKeys }) => signingKeys.length)).toEqual([1, 1]);
});

test("many at once, from memory and from the database", async () => {
  const remembered = await newApplication([]);
  const cafes = [remembered, await newApplication([])];
  await findApplication(remembered.environmentId, remembered.applicationId);
  const found = await getApplications([...cafes.map(({ applicationId }) => applicationId), newId("application")]);
  expect([...found.keys()].sort()).toEqual(cafes.map(({ applicationId }) => applicationId).sort());
});
