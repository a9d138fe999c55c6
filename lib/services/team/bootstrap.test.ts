import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, expect, it } from "vitest";
import { verifyPassword } from "../../auth/passwords.ts";
import { prisma } from "../../db/client.ts";
import { locks } from "../../db/locks.ts";
import { type TestDatabase, testDatabase } from "../../testing/database.ts";
import { actorOf } from "../../testing/tenant.ts";
import { env, readEnv } from "../../env.ts";
import { createOwner, ensureBootstrap, ensureFirstEnvironment, isSetupTokenValid } from "./bootstrap.ts";

let database: TestDatabase;
// Each test needs a database that nobody has set up.
beforeEach(async () => {
  database = await testDatabase();
});
afterEach(() => database.close());

const bootstrapEnv = (values: Record<string, string>) => ({ ...env(), bootstrap: readEnv(values).bootstrap });
const owner = { email: "Owner@Example.com", password: "correct horse", organizationName: "Cafés" };
// Another in each test: what a key is good for is remembered in the process.
const newKey = (): string => `a-key-for-scripts-${randomUUID()}`;

it("fills an empty database from the environment, once", async () => {
  const apiKey = newKey();
  const values = {
    WEBSTER_BOOTSTRAP_API_KEY: apiKey,
    WEBSTER_BOOTSTRAP_EMAIL: "a@example.com",
    WEBSTER_BOOTSTRAP_PASSWORD: "correct horse",
  };
  expect(await ensureBootstrap(bootstrapEnv(values))).toEqual({ setupToken: null });
  expect(await ensureBootstrap(bootstrapEnv({ ...values, WEBSTER_BOOTSTRAP_API_KEY: "another-key-0123456789" }))).toEqual({
    setupToken: null,
  });
  const environment = await prisma().environment.findFirstOrThrow();
  expect(environment.name).toBe("Production");
  expect(await actorOf(`Bearer ${apiKey}`)).toMatchObject({ environmentId: environment.id });
  await expect(actorOf("Bearer another-key-0123456789")).rejects.toThrow("Invalid token");
  const member = await prisma().member.findFirstOrThrow({ include: { user: true } });
  expect([member.role, member.user.email]).toEqual(["owner", "a@example.com"]);
  expect(await verifyPassword(member.user.passwordHash, "correct horse")).toBe(true);
});

it("gives a link for the owner, which works once", async () => {
  const { setupToken } = await ensureBootstrap(bootstrapEnv({}));
  expect(await isSetupTokenValid(setupToken ?? "")).toBe(true);
  const created = await createOwner(setupToken ?? "", owner);
  expect(await actorOf(`Bearer ${created.apiKey}`)).toMatchObject({ kind: "apiKey" });
  expect(await prisma().user.findFirstOrThrow()).toMatchObject({ email: "owner@example.com" });
  expect(await isSetupTokenValid(setupToken ?? "")).toBe(false);
  await expect(createOwner(setupToken ?? "", owner)).rejects.toMatchObject({ code: "forbidden" });
  expect(await ensureBootstrap(bootstrapEnv({}))).toEqual({ setupToken: null });
});

it("creates one owner, however many use the link at the same time", async () => {
  const { setupToken } = await ensureBootstrap(bootstrapEnv({}));
  const tries = ["a", "b", "c"].map((name) => createOwner(setupToken ?? "", { ...owner, email: `${name}@example.com` }));
  const results = await Promise.allSettled(tries);
  expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(await prisma().member.count()).toBe(1);
});

it("a new start voids the link of the one before; an expired one is refused", async () => {
  const { setupToken: old } = await ensureBootstrap(bootstrapEnv({}));
  const { setupToken: current } = await ensureBootstrap(bootstrapEnv({}));
  expect([await isSetupTokenValid(old ?? ""), await isSetupTokenValid(current ?? "")]).toEqual([false, true]);
  await prisma().oneTimeToken.updateMany({ data: { expiresAt: new Date(Date.now() - 1_000) } });
  await expect(createOwner(current ?? "", owner)).rejects.toMatchObject({ code: "forbidden" });
});

it("joins the owner to the organization that a bootstrap key has made", async () => {
  const apiKey = newKey();
  const { setupToken } = await ensureBootstrap(bootstrapEnv({ WEBSTER_BOOTSTRAP_API_KEY: apiKey }));
  const created = await createOwner(setupToken ?? "", owner);
  const [a, b] = await Promise.all([apiKey, created.apiKey].map((key) => actorOf(`Bearer ${key}`)));
  expect(a?.environmentId).toBe(b?.environmentId);
  expect(await prisma().organization.count()).toBe(1);
});

it("keeps what was made before there was an owner, who names the organization", async () => {
  const { setupToken } = await ensureBootstrap(bootstrapEnv({}));
  const [first, second] = await Promise.all([ensureFirstEnvironment(), ensureFirstEnvironment()]);
  expect(first).toEqual(second);
  expect(first.hasOwner).toBe(false);
  expect(await isSetupTokenValid(setupToken ?? "")).toBe(true);
  const created = await createOwner(setupToken ?? "", owner);
  expect(await actorOf(`Bearer ${created.apiKey}`)).toMatchObject({ environmentId: first.environmentId });
  expect(await prisma().organization.findMany({ select: { id: true, name: true } })).toEqual([{ id: first.organizationId, name: "Cafés" }]);
  expect(await ensureFirstEnvironment()).toEqual({ ...first, hasOwner: true });
});

it.each([
  [{ email: "no address" }, ["body", "email"]],
  [{ password: "short" }, ["body", "password"]],
  [{ password: "x".repeat(10_000) }, ["body", "password"]],
  [{ organizationName: " " }, ["body", "organizationName"]],
])("refuses a bad value of %#, and keeps the link", async (fault, loc) => {
  const { setupToken } = await ensureBootstrap(bootstrapEnv({}));
  await expect(createOwner(setupToken ?? "", { ...owner, ...fault })).rejects.toMatchObject({
    code: "validation_error",
    issues: [{ loc }],
  });
  expect(await isSetupTokenValid(setupToken ?? "")).toBe(true);
});

it("says what is wrong with the bootstrap variables", async () => {
  const short = bootstrapEnv({ WEBSTER_BOOTSTRAP_EMAIL: "a@example.com", WEBSTER_BOOTSTRAP_PASSWORD: "short" });
  await expect(ensureBootstrap(short)).rejects.toThrow("WEBSTER_BOOTSTRAP_PASSWORD: must have 8 to 256 characters");
});

it("does not wait for another process that expires old rows", async () => {
  const other = await database.pool.connect();
  try {
    await other.query("select pg_advisory_lock($1)", [locks.expire]);
    expect((await ensureBootstrap(bootstrapEnv({}))).setupToken).not.toBeNull();
  } finally {
    await other.query("select pg_advisory_unlock_all()");
    other.release();
  }
});
