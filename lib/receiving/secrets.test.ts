/** What a source is given as its secret: cleaned, tried out, and refused at its field where it can verify nothing. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { Svix } from "svix";
import type { SourceOut } from "../contract/source.ts";
import { sealer } from "../seal.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { type Client, clientOf, type Door, githubHeaders, newSource, openDoor, receivedBy, sendTo } from "../testing/sources.ts";

let database: TestDatabase;
let door: Door;
let me: Client;

beforeAll(async () => {
  database = await testDatabase();
  door = await openDoor();
  me = await clientOf(door);
});

afterAll(async () => {
  await door.close();
  await database.close();
});

type Refusal = { detail: { loc: (string | number)[]; msg: string }[] };

const create = (input: object) => me.call<SourceOut & Refusal>("POST", "/api/v1/source", { name: "Source", ...input });

const revealed = (id: string) => me.call<{ secrets: string[]; settings: Record<string, string> }>("GET", `/api/v1/source/${id}/config`);

test("what was copied along is taken off when it is saved", async () => {
  const made = await create({ provider: "github", secrets: [' "s3cret"\n'] });
  expect(made).toMatchObject({ status: 201, problem: null });
  expect((await revealed(made.id)).secrets).toEqual(["s3cret"]);
  await me.call("PATCH", `/api/v1/source/${made.id}`, { secrets: ["other\r\n", "other"] });
  expect((await revealed(made.id)).secrets).toEqual(["other"]);
  await me.call("POST", `/api/v1/source/${made.id}/secret/rotate`, { secret: "third\n" });
  expect((await revealed(made.id)).secrets).toEqual(["third", "other"]);
  const meta = await create({ provider: "meta", secrets: ["a"], settings: { verifyToken: " token\n" } });
  expect((await revealed(meta.id)).settings).toEqual({ verifyToken: "token" });
  // A prefix may end in a space.
  const key = await create({ provider: "api-key", secrets: ["a"], settings: { header: "x-key\n", prefix: "Key " } });
  expect((await revealed(key.id)).settings).toEqual({ header: "x-key", prefix: "Key " });
});

test("what can verify nothing is refused at its field: creating, changing, rotating, and through the SDK", async () => {
  const bad = "no-key-at-all!";
  const refused = (loc: (string | number)[], msg: RegExp) => ({
    status: 422,
    detail: [{ loc, msg: expect.stringMatching(msg) }],
  });
  expect(await create({ provider: "svix", secrets: [bad] })).toMatchObject(refused(["body", "secrets", "[0]"], /whsec_ and base64/));
  expect(await create({ provider: "discord", secrets: [bad] })).toMatchObject(refused(["body", "secrets", "[0]"], /no Ed25519 public key/));
  const hmac = { provider: "hmac", settings: { header: "x-signature", secretEncoding: "base64" } };
  expect(await create({ ...hmac, secrets: ["c2VjcmV0", bad] })).toMatchObject(refused(["body", "secrets", "[1]"], /base64/));
  expect(await create({ ...hmac, settings: { header: "x signature" }, secrets: ["a"] })).toMatchObject({
    status: 422,
    detail: [{ loc: ["body", "settings", "header"] }],
  });
  const { id } = await newSource(me, { provider: "svix", secrets: ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"] });
  expect(await me.call<Refusal>("PATCH", `/api/v1/source/${id}`, { secrets: [bad] })).toMatchObject(
    refused(["body", "secrets", "[0]"], /base64/),
  );
  expect(await me.call<Refusal>("POST", `/api/v1/source/${id}/secret/rotate`, { secret: bad })).toMatchObject(
    refused(["body", "secret"], /base64/),
  );
  const { ingest } = new Svix(me.tenant.apiKey, { serverUrl: door.url });
  await expect(ingest.source.create({ type: "svix", name: "S", config: { secret: bad } })).rejects.toMatchObject({
    code: 422,
    body: { detail: [{ loc: ["body", "config", "secret"], msg: expect.stringMatching(/base64/) }] },
  });
});

test("what was saved before is used as it was meant, and told where it can't be", async () => {
  const saved = async (provider: "github" | "svix", value: string) => {
    const source = await newSource(me, { provider });
    const config = { secrets: [{ value, expiresAtMs: null }], settings: {} };
    await database.pool.query(`update source set "sealedConfig" = $2 where id = $1`, [
      source.id,
      sealer().seal(source.id, JSON.stringify(config)),
    ]);
    return source;
  };
  const github = await saved("github", '"s3cret"\n');
  await sendTo(door, github.path, { headers: githubHeaders("s3cret", "{}", "d1"), body: "{}" });
  expect((await receivedBy(me, github)).map(({ verdict }) => verdict)).toEqual(["accepted"]);
  const problemOf = async ({ id }: { id: string }) => (await me.call<SourceOut>("GET", `/api/v1/source/${id}`)).problem;
  expect(await problemOf(github)).toBeNull();
  expect(await problemOf(await saved("svix", "no-key-at-all!"))).toMatch(/^Signing secret: It is no secret of this kind/);
  // Of a source whose provider is changed, the old secret can't be meant.
  await me.call("PATCH", `/api/v1/source/${github.id}`, { provider: "discord" });
  expect(await problemOf(github)).toMatch(/^Public key: It is no Ed25519 public key/);
});
