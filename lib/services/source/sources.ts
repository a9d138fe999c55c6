/** Sources: URLs that providers send to, each of which feeds an application. */
import type { Actor } from "../../actor.ts";
import { forgetAccess } from "../../auth/apiKeys.ts";
import { isAtLeast } from "../../words/role.ts";
import type { DedupeRule, SourceIn, SourceOut, SourcePatch } from "../../contract/source.ts";
import { announceChange } from "../../db/applications.ts";
import { prisma } from "../../db/client.ts";
import { databaseNowMs } from "../../db/clock.ts";
import { Prisma, type Application, type Source, type SourceToken } from "../../db/generated/client.ts";
import { type SealedConfig, changeSource } from "../../db/sources.ts";
import { AppError, notFound } from "../../errors.ts";
import { isId, newId } from "../../ids.ts";
import { sealer } from "../../seal.ts";
import { endApplication } from "../application/applications.ts";
import { changesOf, recordAudit } from "../audit/audit.ts";
import { filterColumn } from "../shared/filterColumns.ts";
import { metadataOf } from "../shared/metadata.ts";
import { cursorOf, keyset, pageOf } from "../shared/pages.ts";
import { refusingTaken } from "../shared/taken.ts";
import { findApplicationRow, requireOrdinary } from "../shared/scope.ts";
import { cleanSecrets, cleanSettings, problemOf, requireFields, showConfig } from "./sourceConfig.ts";
import { problemOfResponses, requireResponseHeaders } from "./sourceResponses.ts";
import { newToken, urlOf } from "./sourceUrls.ts";
import { searchOf } from "../shared/search.ts";
import { given } from "../shared/optional.ts";

const uidTaken = "A source with this uid exists already";

type ListIn = {
  limit: number;
  iterator?: string | null | undefined;
  order: "ascending" | "descending";
  provider?: string | null | undefined;
  application_id?: string | null | undefined;
  search?: string | null | undefined;
};

export type SourceRow = Source & { application: Application; tokens: SourceToken[] };

export const withParts = { application: true, tokens: true } as const;

export async function list(actor: Actor, query: ListIn) {
  const window = { limit: query.limit, descending: query.order === "descending", cursor: cursorOf("source", query.iterator) };
  const { after, orderBy, take } = keyset("id", window);
  const application = query.application_id ? await findApplicationRow(actor, query.application_id) : null;
  if (query.application_id && application === null) throw notFound("Application not found");
  const filters = {
    ...(query.provider ? { provider: query.provider } : {}),
    ...(application === null ? {} : { applicationId: application.id }),
    ...searchOf<Prisma.SourceWhereInput>("source", query.search, ["name", "uid"]),
  };
  const where = { environmentId: actor.environmentId, ...filters, ...after };
  const rows = await prisma().source.findMany({ where, orderBy, take, include: withParts });
  return pageOf(
    rows,
    window,
    ({ id }) => id,
    (row) => show(actor, row),
  );
}

export const get = async (actor: Actor, idOrUid: string): Promise<SourceOut> => show(actor, await sourceOf(actor, idOrUid));

export async function create(actor: Actor, input: SourceIn): Promise<SourceOut> {
  requireWhole(actor);
  requireOrdinary(actor);
  const settings = cleanSettings(input.provider, input.settings);
  requireFields(input.provider, { settings });
  const config: SealedConfig = { secrets: unexpiring(cleanSecrets(input.provider, input.secrets, settings)), settings };
  requireResponseHeaders(input);
  const shared = input.applicationId ? await applicationToFeed(actor, input.applicationId) : null;
  const nowMs = databaseNowMs();
  const id = newId("source", nowMs);
  const own = { id: newId("application", nowMs), environmentId: actor.environmentId, name: input.name, sourceId: id };
  const { name, provider, uid, metadata } = input;
  const data = {
    ...limitsOf(input),
    ...rulesOf(input),
    id,
    name,
    provider,
    metadata,
    uid: uid ?? null,
    environmentId: actor.environmentId,
    applicationId: shared?.id ?? own.id,
    sealedConfig: sealer().seal(id, JSON.stringify(config)),
    disabledAt: input.disabled ? new Date(nowMs) : null,
    createdAt: new Date(nowMs),
    updatedAt: new Date(nowMs),
  };
  return refusingTaken(
    uidTaken,
    prisma().$transaction(async (tx) => {
      if (shared === null) await tx.application.create({ data: { ...own, createdAt: data.createdAt, updatedAt: data.createdAt } });
      await tx.source.create({ data });
      await newToken(tx, id, nowMs);
      await recordAudit(actor, tx, "source.created", id, { name, provider, applicationId: data.applicationId });
      return show(actor, await tx.source.findUniqueOrThrow({ where: { id }, include: withParts }));
    }),
  );
}

export async function patch(actor: Actor, idOrUid: string, input: SourcePatch): Promise<SourceOut> {
  const before = await sourceOf(actor, idOrUid);
  requireResponseHeaders(input);
  const application = input.applicationId ? await applicationToFeed(actor, input.applicationId) : null;
  if (input.applicationId === null && !ownsApplication(before))
    throw new AppError("conflict", "A source gets an application of its own only when it is created");
  const row = await refusingTaken(
    uidTaken,
    changeSource(before.id, async (tx) => {
      // Read again: changes to one source stand in line here, so none is lost.
      const current = await tx.source.findUniqueOrThrow({ where: { id: before.id } });
      const config = changedConfig(input.provider ?? current.provider, openConfig(current), input);
      if (input.provider !== undefined && input.provider !== current.provider) requireAdmin(actor);
      if (input.secrets !== undefined || JSON.stringify(config.settings) !== JSON.stringify(openConfig(current).settings))
        requireAdmin(actor);
      const data = {
        ...limitsOf(input),
        ...(input.eventType === undefined ? {} : { eventType: input.eventType }),
        ...(input.dedupe === undefined ? {} : dedupeOf(input.dedupe)),
        ...given("forward", input.forward),
        ...given("name", input.name),
        ...given("provider", input.provider),
        ...given("uid", input.uid),
        ...given("metadata", input.metadata),
        ...given("applicationId", application?.id),
        ...given("disabledAt", disabledAtOf(current, input.disabled)),
        sealedConfig: sealer().seal(before.id, JSON.stringify(config)),
        updatedAt: new Date(databaseNowMs()),
      };
      const row = await tx.source.update({ where: { id: before.id }, data, include: withParts });
      await recordAudit(actor, tx, "source.updated", before.id, {
        ...changesOf<Source>(current, row, auditedFields),
        ...configChanges(input),
      });
      return row;
    }),
  );
  return show(actor, row);
}

/** Deletes a source, and the application that it owns. What it has received stays until its days are dropped. */
export async function remove(actor: Actor, idOrUid: string): Promise<void> {
  const source = await sourceOf(actor, idOrUid);
  const owned = await prisma().application.findFirst({ where: { sourceId: source.id, deletedAt: null } });
  if (owned !== null && (await prisma().source.count({ where: { applicationId: owned.id, id: { not: source.id } } })) > 0)
    throw new AppError("conflict", "Another source feeds this source's application: let that one feed another first");
  await changeSource(source.id, async (tx) => {
    await tx.source.delete({ where: { id: source.id } });
    if (owned !== null) await endApplication(tx, owned.id);
    await recordAudit(actor, tx, "source.deleted", source.id, { name: source.name, provider: source.provider });
  });
  if (owned === null) return;
  await announceChange(owned.id);
  await forgetAccess(owned.id);
}

/** Throws `not_found` for what the actor may not see. */
export async function sourceOf(actor: Actor, idOrUid: string): Promise<SourceRow> {
  const row = await findSourceRow(actor, idOrUid);
  if (row === null) throw notFound("Source not found");
  return row;
}

export async function findSourceRow(actor: Actor, idOrUid: string): Promise<SourceRow | null> {
  requireWhole(actor);
  const named = isId("source", idOrUid) ? { id: idOrUid } : { uid: idOrUid };
  return prisma().source.findFirst({ where: { ...named, environmentId: actor.environmentId }, include: withParts });
}

export const openConfig = ({ id, sealedConfig }: Pick<Source, "id" | "sealedConfig">): SealedConfig =>
  JSON.parse(sealer().open(id, sealedConfig).toString()) as SealedConfig;

/** Throws `forbidden` for a key of one application: what belongs to the environment as a whole is not for it. */
export function requireWhole({ applicationId }: Actor): void {
  if (applicationId !== null) throw new AppError("forbidden", "This key is for one application only");
}

export function show(actor: Actor, row: SourceRow): SourceOut {
  const nowMs = databaseNowMs();
  const config = openConfig(row);
  const { id, uid, name, provider, application, tokens, rateLimit, maximumBodyBytes } = row;
  const old = tokens.flatMap(({ expiresAt }) => (expiresAt !== null && expiresAt.getTime() > nowMs ? [expiresAt] : []));
  const shown = {
    ...showConfig(provider, config, nowMs),
    id,
    uid,
    name,
    provider,
    url: isAtLeast(actor.role, "member") ? urlOf(tokens) : null,
    oldUrlsExpireAt: old.toSorted((one, other) => one.getTime() - other.getTime()),
    application: { id: application.id, uid: application.uid, name: application.name },
    ownsApplication: ownsApplication(row),
    problem: problemOf(provider, config, nowMs),
    responseProblem: problemOfResponses(row),
    metadata: metadataOf(row),
    eventType: row.eventType,
    dedupe: { ...(row.dedupe as object), windowSeconds: row.dedupeWindowSeconds },
    rateLimit,
    maximumBodyBytes,
    acceptedResponse: row.acceptedResponse,
    rejectedResponse: row.rejectedResponse,
    forward: row.forward,
    filter: row.filter,
    disabled: row.disabledAt !== null,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
  // Moments become text, as JSON has them.
  return JSON.parse(JSON.stringify(shown)) as SourceOut;
}

/** Throws `forbidden` unless the actor is an admin: whoever says what a source verifies by can make requests that it takes. */
function requireAdmin({ role }: Actor): void {
  if (!isAtLeast(role, "admin")) throw new AppError("forbidden", `What a source verifies by is changed by an admin; your role is ${role}`);
}

const ownsApplication = ({ id, application }: SourceRow): boolean => application.sourceId === id;

async function applicationToFeed(actor: Actor, idOrUid: string): Promise<Application> {
  const row = await findApplicationRow(actor, idOrUid);
  if (row === null) throw notFound("Application not found");
  return row;
}

const unexpiring = (values: string[]): SealedConfig["secrets"] => [...new Set(values)].map((value) => ({ value, expiresAtMs: null }));

/**
 * A source's config after a change, checked. Secrets that were saved before are not: that they can't be used with what has
 * changed is shown as the source's problem.
 */
function changedConfig(provider: string, current: SealedConfig, input: SourcePatch): SealedConfig {
  const merged: [string, string | null][] = Object.entries({ ...current.settings, ...cleanSettings(provider, input.settings ?? {}) });
  const settings = Object.fromEntries(merged.filter((entry): entry is [string, string] => entry[1] !== null));
  requireFields(provider, { settings });
  return {
    secrets: input.secrets === undefined ? current.secrets : unexpiring(cleanSecrets(provider, input.secrets, settings)),
    settings,
  };
}

/** A change of the config for the audit log, by name: the values are secrets. */
const configChanges = ({ secrets, settings }: SourcePatch) => ({
  ...(secrets === undefined ? {} : { signedBy: `${secrets.length} given` }),
  ...(settings === undefined ? {} : { settings: Object.keys(settings) }),
});

const rulesOf = ({ eventType, dedupe, forward }: Pick<SourceIn, "eventType" | "dedupe" | "forward">) => ({
  eventType,
  ...dedupeOf(dedupe),
  forward,
});

const dedupeOf = ({ by, value, windowSeconds }: DedupeRule) => ({ dedupe: { by, value }, dedupeWindowSeconds: windowSeconds });

const limitsOf = ({ rateLimit, maximumBodyBytes, acceptedResponse, rejectedResponse, filter }: SourcePatch) => ({
  ...given("filter", filter === undefined ? undefined : filterColumn(filter)),
  ...given("rateLimit", rateLimit),
  ...given("maximumBodyBytes", maximumBodyBytes),
  ...given("acceptedResponse", acceptedResponse === null ? Prisma.DbNull : acceptedResponse),
  ...given("rejectedResponse", rejectedResponse === null ? Prisma.DbNull : rejectedResponse),
});

function disabledAtOf({ disabledAt }: Source, disabled: boolean | undefined): Date | null | undefined {
  if (disabled === undefined) return undefined;
  return disabled ? (disabledAt ?? new Date(databaseNowMs())) : null;
}

const auditedFields: (keyof Source)[] = [
  "name",
  "uid",
  "provider",
  "applicationId",
  "metadata",
  "eventType",
  "dedupe",
  "dedupeWindowSeconds",
  "rateLimit",
  "maximumBodyBytes",
  "acceptedResponse",
  "rejectedResponse",
  "forward",
  "filter",
  "disabledAt",
];
