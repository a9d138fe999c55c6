/** Transformations of endpoints and sources. Each saved code is a version; its owner says which one counts, and whether. */
import type { Actor } from "../../actor.ts";
import type { EndpointTransformationPatch } from "../../contract/transformation.ts";
import { databaseNowMs } from "../../db/clock.ts";
import type { Prisma } from "../../db/generated/client.ts";
import { AppError, invalid, notFound } from "../../errors.ts";
import { type Code, faultOfCode } from "../../sandbox/transform.ts";
import { sealer } from "../../seal.ts";
import { type Owner, type State, versionsOf } from "./transformationOwners.ts";

const keptVersions = 20;

export const get = (owner: Owner) => show(owner, owner.state);

/** Throws a validation error if the code can't be used; nothing is changed then. */
export async function patch(actor: Actor, owner: Owner, input: EndpointTransformationPatch): Promise<void> {
  if (typeof input.code === "string") await requireUsable(owner, input.code);
  await owner.change(actor, async (tx, current) => {
    const saved = await savedCode(owner, current, tx);
    const code = input.code === undefined ? (saved?.code ?? null) : input.code;
    const variables = input.variables === undefined ? (saved?.variables ?? {}) : (input.variables ?? {});
    const enabled = input.enabled ?? (code !== null && current.transformationEnabled);
    if (code === null) {
      if (enabled) throw invalid(["body", "enabled"], "There is no code that could be enabled");
      return { transformationVersion: null, transformationEnabled: false };
    }
    const isSame = saved !== null && saved.code === code && JSON.stringify(saved.variables) === JSON.stringify(variables);
    const version = isSame ? current.transformationVersion : await store(tx, actor, owner, { code, variables });
    return { transformationVersion: version, transformationEnabled: enabled };
  });
}

/** The saved versions of the code. Who of the team wrote what is nothing that its customers are told. */
export async function listVersions({ kind }: Actor, owner: Owner) {
  const data = (await versionsOf(owner).list()).map(({ version, code, createdAt, createdBy: author }) => {
    const createdBy = kind === "portal" ? null : author;
    return { version, code, createdAt, createdBy, current: version === owner.state.transformationVersion };
  });
  return { data };
}

export async function rollBack(actor: Actor, owner: Owner, version: number) {
  const changed = await owner.change(actor, async (tx, { transformationEnabled }) => {
    if ((await versionsOf(owner, tx).find(version)) === null) throw notFound("The transformation has no such version");
    return { transformationVersion: version, transformationEnabled };
  });
  return show(owner, changed);
}

/** The code that counts, enabled or not; null: there is none. */
export async function savedCode(
  owner: Pick<Owner, "id" | "kind">,
  { transformationVersion }: Pick<State, "transformationVersion">,
  tx?: Prisma.TransactionClient,
): Promise<Code | null> {
  const row = transformationVersion === null ? null : await versionsOf(owner, tx).find(transformationVersion);
  if (row === null) return null;
  return { code: row.code, variables: openVariables(owner.id, row.sealedVariables) };
}

type Variables = Code["variables"];

/** The variables sealed, as they are stored. Null: there are none. */
export const sealVariables = (owner: string, variables: Variables): Uint8Array<ArrayBuffer> | null =>
  Object.keys(variables).length === 0 ? null : sealer().seal(owner, JSON.stringify(variables));

export const openVariables = (owner: string, sealed: Uint8Array | null): Variables =>
  sealed === null ? {} : (JSON.parse(sealer().open(owner, sealed).toString()) as Variables);

/** What is to be tried out: what is given, and of what is left out the saved one. */
export async function draftCode(
  owner: Owner,
  { code, variables }: { code?: string | null | undefined; variables?: Record<string, string> | null | undefined },
): Promise<Code> {
  const saved = await savedCode(owner, owner.state);
  const chosen = code ?? saved?.code;
  if (chosen === undefined) throw invalid(["body", "code"], `The ${owner.kind} has no transformation yet: give code`);
  return { code: chosen, variables: variables ?? saved?.variables ?? {} };
}

/** The code that runs now; null: none does. */
export const enabledCode = async (owner: Owner): Promise<Code | null> =>
  owner.state.transformationEnabled ? savedCode(owner, owner.state) : null;

/** Throws a validation error if the code can't be used, and `unavailable` if it could not be tried out now. */
export async function requireUsable({ tenant, id }: Pick<Owner, "tenant" | "id">, code: string): Promise<void> {
  const fault = await faultOfCode({ tenant, owner: id }, code);
  if (fault === null) return;
  if (fault.kind === "unavailable") throw noSandbox();
  throw invalid(["body", "code"], fault.message);
}

export const noSandbox = (): AppError =>
  new AppError("unavailable", "No process is free to run the code; try again", { retryAfterSeconds: 2 });

async function show(owner: Owner, state: State) {
  const saved = await savedCode(owner, state);
  return {
    code: saved?.code ?? null,
    enabled: state.transformationEnabled,
    variables: saved?.variables ?? null,
    updatedAt: state.transformationUpdatedAt,
    version: state.transformationVersion,
  };
}

async function store(tx: Prisma.TransactionClient, actor: Actor, owner: Owner, { code, variables }: Code): Promise<number> {
  const versions = versionsOf(owner, tx);
  const version = ((await versions.list())[0]?.version ?? 0) + 1;
  const sealedVariables = sealVariables(owner.id, variables);
  await versions.add({ version, code, sealedVariables, createdAt: new Date(databaseNowMs()), createdBy: actor.name });
  await versions.forgetUpTo(version - keptVersions);
  return version;
}
