/** The first organization, and its owner: from the environment of the process, or through a one-time link. */
import { hashToken, newApiKey, type NewToken, prefixOf } from "../../auth/apiKeys.ts";
import { hashPassword, isAcceptablePassword, maximumPasswordLength, minimumPasswordLength } from "../../auth/passwords.ts";
import { pool, prisma } from "../../db/client.ts";
import type { Prisma } from "../../db/generated/client.ts";
import { ConfigurationError, type Env } from "../../env.ts";
import { addressOf } from "../../emailAddress.ts";
import { AppError, invalid } from "../../errors.ts";
import { newId } from "../../ids.ts";
import { randomBytes } from "node:crypto";
import { recordAudit } from "../audit/audit.ts";
import { isEmail } from "../shared/mail.ts";
import { locks } from "../../db/locks.ts";
import { dayMs } from "../../words/duration.ts";

type Transaction = Prisma.TransactionClient;

const purpose = "owner";
const linkLifetimeMs = dayMs;
const environmentName = "Production";
const unnamedOrganization = "My organization";

const system = { kind: "system", id: "system", name: "Setup", environmentId: null, client: null } as const;

export type OwnerIn = { email: string; password: string; organizationName: string };

/**
 * Fills an empty database from WEBSTER_BOOTSTRAP_*, then answers the token of a link for creating the owner if
 * there is none yet, else null. Each call makes a new token and voids the one before.
 */
export async function ensureBootstrap({ bootstrap }: Env): Promise<{ setupToken: string | null }> {
  const { apiKey, email, password } = bootstrap;
  if (password !== null && !isAcceptablePassword(password)) throw new ConfigurationError(`WEBSTER_BOOTSTRAP_PASSWORD: ${passwordRule}`);
  if (email !== null && !isEmail(email)) throw new ConfigurationError(`WEBSTER_BOOTSTRAP_EMAIL: "${email}" is not an e-mail address`);
  if ((apiKey !== null || email !== null) && (await isEmpty())) await fill(bootstrap);
  return { setupToken: await renewSetupToken() };
}

// By hand, as what follows: this is on every start's way, and Prisma takes its time to load.
const isEmpty = async (): Promise<boolean> => (await pool().query("select from organization limit 1")).rowCount === 0;

async function fill({ apiKey, email, password }: Env["bootstrap"]): Promise<void> {
  const passwordHash = password === null ? null : await hashPassword(password);
  await exclusively(async (tx) => {
    if ((await tx.organization.findFirst({ select: { id: true } })) !== null) return;
    const home = await createOrganization(tx, unnamedOrganization);
    if (apiKey !== null)
      await createApiKey(tx, home.environmentId, "Bootstrap", { text: apiKey, prefix: prefixOf(apiKey), hash: hashToken(apiKey) });
    if (email !== null && passwordHash !== null) await createMember(tx, home.organizationId, email, passwordHash);
  });
}

/**
 * The environment that everything starts in, made with its organization if there is none yet: what a program does before
 * there is an owner is then there for the owner, who gives the organization its name.
 */
export const ensureFirstEnvironment = (): Promise<FirstEnvironment> =>
  exclusively(async (tx) => ({
    ...((await findOrganization(tx)) ?? (await createOrganization(tx, unnamedOrganization))),
    hasOwner: await hasOwner(tx),
  }));

/** Whether nobody has set this Webster up yet. */
export const needsOwner = async (): Promise<boolean> => !(await hasOwner(prisma()));

/** Throws `forbidden` unless the link's token would be taken now. */
export async function requireSetupToken(token: string): Promise<void> {
  if (!(await isSetupTokenValid(token))) throw spent();
}

/** Whether the link's token would be taken now. */
export async function isSetupTokenValid(token: string): Promise<boolean> {
  return (await prisma().oneTimeToken.findFirst({ where: validToken(token), select: { id: true } })) !== null;
}

/** Creates the owner, names or makes the organization, and adds an API key of it, whose text is answered this once. */
export async function createOwner(token: string, { email, password, organizationName }: OwnerIn): Promise<{ apiKey: string }> {
  if (!isEmail(email)) throw invalid(["body", "email"], "must be an e-mail address");
  if (!isAcceptablePassword(password)) throw invalid(["body", "password"], passwordRule);
  if (organizationName.trim() === "") throw invalid(["body", "organizationName"], "Give the organization a name");
  // A wrong token must not cost the work of hashing a password.
  if (!(await isSetupTokenValid(token))) throw spent();
  const passwordHash = await hashPassword(password);
  return exclusively(async (tx) => {
    const used = await tx.oneTimeToken.updateMany({ where: validToken(token), data: { usedAt: new Date() } });
    if (used.count === 0 || (await hasOwner(tx))) throw spent();
    const home = await nameOrganization(tx, organizationName.trim());
    const userId = await createMember(tx, home.organizationId, email, passwordHash);
    await recordAudit({ ...system, organizationId: home.organizationId }, tx, "member.created", userId, { email, role: "owner" });
    const key = newApiKey();
    await createApiKey(tx, home.environmentId, "First key", key);
    return { apiKey: key.text };
  });
}

// Two first starts, or two clicks, at the same time: the second sees what the first did.
const exclusively = <T>(work: (tx: Transaction) => Promise<T>): Promise<T> =>
  prisma().$transaction(async (tx) => {
    await tx.$executeRaw`select pg_advisory_xact_lock(${locks.bootstrap})`;
    return work(tx);
  });

export type FirstEnvironment = Home & { hasOwner: boolean };
type Home = { organizationId: string; environmentId: string };

async function findOrganization(tx: Transaction): Promise<Home | null> {
  const environment = await tx.environment.findFirst({ orderBy: { id: "asc" } });
  return environment === null ? null : { organizationId: environment.organizationId, environmentId: environment.id };
}

/** An organization that was there before its owner takes the name that the owner gives. */
async function nameOrganization(tx: Transaction, name: string): Promise<Home> {
  const home = await findOrganization(tx);
  if (home === null) return createOrganization(tx, name);
  await tx.organization.update({ where: { id: home.organizationId }, data: { name } });
  return home;
}

async function createOrganization(tx: Transaction, name: string): Promise<Home> {
  const home = { organizationId: newId("organization"), environmentId: newId("environment") };
  await tx.organization.create({ data: { id: home.organizationId, name } });
  await tx.environment.create({ data: { id: home.environmentId, organizationId: home.organizationId, name: environmentName } });
  return home;
}

async function createMember(tx: Transaction, organizationId: string, email: string, passwordHash: string): Promise<string> {
  const userId = newId("user");
  // Whoever has the machine says whose the address is: no inviter stands between.
  await tx.user.create({ data: { id: userId, email: addressOf(email), passwordHash, emailProvenAt: new Date() } });
  await tx.member.create({ data: { organizationId, userId, role: "owner" } });
  return userId;
}

async function createApiKey(tx: Transaction, environmentId: string, name: string, key: NewToken): Promise<void> {
  await tx.apiKey.create({ data: { id: newId("apiKey"), environmentId, name, prefix: key.prefix, hash: key.hash } });
}

const hasOwner = async (tx: Transaction): Promise<boolean> =>
  (await tx.member.findFirst({ where: { role: "owner" }, select: { userId: true } })) !== null;

/** A new token in place of the one before; null: there is an owner, so that nobody needs one. */
async function renewSetupToken(): Promise<string | null> {
  const client = await pool().connect();
  try {
    await client.query("begin");
    await client.query("select pg_advisory_xact_lock($1)", [locks.bootstrap]);
    const owner = await client.query("select from member where role = 'owner' limit 1");
    const token = owner.rowCount === 0 ? randomBytes(32).toString("base64url") : null;
    if (token !== null) {
      const expiresAt = new Date(Date.now() + linkLifetimeMs);
      await client.query("delete from one_time_token where purpose = $1", [purpose]);
      await client.query(`insert into one_time_token (id, purpose, hash, "expiresAt") values ($1, $2, $3, $4)`, [
        newId("oneTimeToken"),
        purpose,
        hashToken(token),
        expiresAt,
      ]);
    }
    await client.query("commit");
    return token;
  } catch (error) {
    await client.query("rollback").catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}

const validToken = (token: string) => ({ purpose, hash: hashToken(token), usedAt: null, expiresAt: { gt: new Date() } });
const spent = (): AppError =>
  new AppError("forbidden", "This link has been used or has expired. Start Webster again: while there is no owner, it prints a new one.");
const passwordRule = `must have ${minimumPasswordLength} to ${maximumPasswordLength} characters`;
