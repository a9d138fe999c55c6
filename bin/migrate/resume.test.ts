/** A move that is killed, or whose ids are taken, and gone on with. */
import { expect, test } from "vitest";
import { type SvixContent } from "../../lib/testing/svixServer.ts";
import { type Api } from "./api.ts";
import { openState } from "./state.ts";
import { contentOf, counts, run, seenAt, testGround } from "./testGround.ts";

const { newSource, newTarget, receiver } = testGround();

/** An API that ends after that many writes, each of which is done, though nobody hears of it. */
function dying(api: Api, writes: number): Api {
  let left = writes;
  const then = async <T>(done: Promise<T>): Promise<T> => {
    await done;
    if (--left < 0) throw new Error("killed");
    return done;
  };
  return { ...api, post: (path, body, key) => then(api.post(path, body, key)), patch: (path, body) => then(api.patch(path, body)) };
}

/** One customer, for whom each kind of write is made once. */
function little(): SvixContent {
  const { eventTypes, applications } = contentOf(receiver().url);
  const [acme] = applications;
  if (acme?.endpoints === undefined) throw new Error("There is a customer with endpoints");
  const endpoints = acme.endpoints.filter(({ transformation }) => transformation !== undefined);
  for (const endpoint of endpoints) endpoint["filterTypes"] = ["old"];
  return { eventTypes: eventTypes.filter(({ name }) => name === "old"), applications: [{ ...acme, endpoints }] };
}

test("killed after any write, it goes on, and ends as if it had not been", { timeout: 180_000 }, async () => {
  const source = await newSource(little());
  const target = await newTarget();
  await run(source, target);
  const whole = await seenAt(target);
  // Ids are unique in an installation, so here they are new: the file remembers them.
  let writes = 0;
  for (; ; writes++) {
    const fresh = await newSource(little());
    const victim = await newTarget();
    const file = openState(null, fresh.url, victim.url);
    const killed = await run(fresh, { ...victim, api: dying(victim.api, writes) }, file).then(
      () => false,
      (error: unknown) => (error as Error).message === "killed",
    );
    expect(counts(await run(fresh, victim, file))).toMatchObject({ differs: 0, failed: 0, skipped: 0, wanting: 0 });
    expect(shape(await seenAt(victim))).toBe(shape(whole));
    if (!killed) break;
  }
  expect(writes).toBe(6);
});

/** A text of what the target has without ids and moments, which differ from content to content. */
const shape = (seen: string): string => seen.replaceAll(/"(app|ep|msg)_\w{27}"|"20\d\d-[^"]*Z"/g, "null");

/** An API that ends when the application without a uid has been made under a new id. */
const forgetful = (api: Api): Api => ({
  ...api,
  post: async <T>(path: string, body: unknown, key?: string): Promise<T> => {
    const made = await api.post<T>(path, body, key);
    if (path === "/api/v1/app" && (body as { uid?: string | null }).uid === null) throw new Error("killed");
    return made;
  },
});

test("ids that the target has used already are replaced, once", async () => {
  const content = contentOf(receiver().url);
  const [, withoutUid] = content.applications;
  const source = await newSource(content);
  const first = await newTarget();
  await run(source, first);
  const second = await newTarget();
  const file = openState(null, source.url, second.url);
  // The run was killed when the application had been made anew, and nobody has heard of its id: the second one has no uid either.
  await expect(run(source, { ...second, api: forgetful(second.api) }, file)).rejects.toThrow("killed");
  expect((await second.api.get<{ data: unknown[] }>("/api/v1/app")).data).toHaveLength(2);
  expect(file.state.applications).not.toHaveProperty(withoutUid?.id ?? "");
  const report = await run(source, second, file);
  expect((await second.api.get<{ data: unknown[] }>("/api/v1/app")).data).toHaveLength(2);
  expect(counts(report)).toMatchObject({ failed: 0, differs: 0, skipped: 1 });
  expect(report.entries.find(({ id }) => id === withoutUid?.id)?.detail).toMatch(/app_\w{27} there/);
  expect(counts(await run(source, second, file))).toMatchObject({ made: 0, there: 2 + 2 + 3 });
});
