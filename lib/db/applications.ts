/**
 * Applications with their endpoints, in memory. A snapshot may be old, and does no harm: whoever acts on one passes its
 * version to the statement that stores, which refuses any but the current one. Notifications only make refusals rare.
 */
import type { EnvironmentId } from "../ids.ts";
import { LRUCache } from "lru-cache";
import { log } from "../log.ts";
import { singleton } from "../singleton.ts";
import type { EndpointAuthentication } from "../webhooks/authentication.ts";
import type { Filter } from "../webhooks/filter.ts";
import type { SigningKey } from "../webhooks/signature.ts";
import type { SignatureStyle } from "../webhooks/signatureStyle.ts";
import { prisma } from "./client.ts";
import type { Prisma } from "./generated/client.ts";
import { listen, notify, onReconnect } from "./listen.ts";
import { loadApplications, loadByName } from "./sql/hot/applications.ts";

/** How requests of an environment present themselves. */
export type Presentation = {
  /** Null: Webster's own. */
  userAgent: string | null;
  /** The header that has the attempt's id; null: none has. */
  idHeader: string | null;
  /** Whether receivers are told the trace. */
  traceHeaders: boolean;
};

export type EndpointSnapshot = {
  id: string;
  applicationId: string;
  environmentId: string;
  url: string;
  disabled: boolean;
  eventTypes: string[];
  channels: string[];
  headers: Record<string, string>;
  /** Messages a second; null: no limit. */
  throttleRate: number | null;
  /** `fifo`: one message after the other. */
  ordering: "none" | "fifo";
  /** Seconds; never empty unless retries are switched off for the whole instance. */
  retrySchedule: number[];
  /** The current key first. */
  signingKeys: { key: SigningKey; expiresAtMs: number | null }[];
  signature: SignatureStyle;
  /** Whether a standard signature also stands under Svix's header names. */
  svixHeaders: boolean;
  presentation: Presentation;
  /** `unreadable`: the stored authentication can't be decrypted. Null: the endpoint has none. */
  authentication: EndpointAuthentication | "unreadable" | null;
  failingSinceMs: number | null;
  filter: Filter | null;
  /** Null: the endpoint has no transformation, or it is switched off. */
  transformation: TransformationSnapshot | null;
};

export type TransformationSnapshot = { code: string; variables: Record<string, string> };

export type ApplicationSnapshot = {
  id: string;
  environmentId: string;
  uid: string | null;
  name: string;
  /** endpointsVersion: raised by every change to the application, its endpoints or their secrets. */
  version: string;
  throttleRate: number | null;
  /** Whether the application has polling endpoints, so that its messages go into the feed. */
  polled: boolean;
  /** Endpoints that are not deleted. */
  endpoints: EndpointSnapshot[];
};

/** An application by id or uid; null if there is none, or it is deleted. The snapshot may be old: see `accept`. */
export async function findApplication(environmentId: EnvironmentId, idOrUid: string): Promise<ApplicationSnapshot | null> {
  const { byId, idByName, loading, generation } = cache();
  const name = `${environmentId}/${idOrUid}`;
  const id = idByName.get(name);
  const known = id === undefined ? undefined : byId.get(id);
  if (known !== undefined) return known;
  return once(loading, name, async () => {
    const found = await loadByName(environmentId, idOrUid);
    if (found !== null && generation === cache().generation) idByName.set(name, keep(found).id);
    return found;
  });
}

/** The application as the database holds it now; null if there is none, or it is deleted. */
export async function reloadApplication(id: string): Promise<ApplicationSnapshot | null> {
  forgetApplication(id);
  return (await getApplications([id])).get(id) ?? null;
}

/** Many applications at once, by id, from memory where possible. Those that don't exist are missing in the answer. */
export async function getApplications(ids: Iterable<string>): Promise<Map<string, ApplicationSnapshot>> {
  const found = new Map<string, ApplicationSnapshot>();
  const missing: string[] = [];
  for (const id of ids) {
    const known = cache().byId.get(id);
    if (known === undefined) missing.push(id);
    else found.set(id, known);
  }
  if (missing.length === 0) return found;
  const { generation } = cache();
  for (const application of await loadApplications(missing)) {
    found.set(application.id, application);
    if (generation === cache().generation) keep(application);
  }
  return found;
}

/** The application if it is in memory; the database is not asked. */
export const knownApplication = (id: string): ApplicationSnapshot | undefined => cache().byId.get(id);

/** Drops this process's copy of an application. */
export function forgetApplication(id: string): void {
  const current = cache();
  // A load that began before must not put back what it read.
  current.generation++;
  current.loading.clear();
  const known = current.byId.get(id);
  current.byId.delete(id);
  if (known === undefined) return;
  current.idByName.delete(`${known.environmentId}/${known.id}`);
  if (known.uid !== null) current.idByName.delete(`${known.environmentId}/${known.uid}`);
}

export function forgetAllApplications(): void {
  const current = cache();
  current.generation++;
  current.loading.clear();
  current.byId.clear();
  current.idByName.clear();
}

/**
 * Every change to an application, its endpoints or their secrets goes through here: one transaction that also raises
 * the version; then this process forgets its copy, and the others are told.
 */
export async function changeApplication<T>(applicationId: string, change: (tx: Prisma.TransactionClient) => Promise<T>): Promise<T> {
  const result = await prisma().$transaction(
    async (tx) => {
      // The version is raised first: the row's lock makes changes to one application follow each other.
      await tx.$executeRaw`update "application" set "endpointsVersion" = "endpointsVersion" + 1 where "id" = ${applicationId}`;
      return change(tx);
    },
    { maxWait: 2_000, timeout: 10_000 },
  );
  await announceChange(applicationId);
  return result;
}

/** Makes every process drop its copy. To be called after a commit that raised the application's version. */
export async function announceChange(applicationId: string): Promise<void> {
  tell(applicationId);
  await notify(channel, applicationId).catch((error: unknown) =>
    log.warn({ applicationId, error: (error as Error).message }, "application.notify_failed"),
  );
}

/** Makes every process drop all its copies. To be called after a commit that raised the versions of many applications. */
export async function announceChanges(): Promise<void> {
  tellAll();
  await notify(channel, anyApplication).catch((error: unknown) =>
    log.warn({ error: (error as Error).message }, "application.notify_failed"),
  );
}

/** Calls back after each change of an application, whichever process made it; null: any may have changed. */
export function onApplicationChange(listener: (applicationId: string | null) => void): () => void {
  cache().listeners.add(listener);
  return () => cache().listeners.delete(listener);
}

/** Listens for changes that other processes make; once a process. Resolves when it listens. */
export async function watchApplications(): Promise<void> {
  const current = cache();
  if (current.watching) return;
  current.watching = true;
  onReconnect(tellAll);
  await listen(channel, (id) => (id === anyApplication ? tellAll() : tell(id)));
}

const channel = "webster_application";
const anyApplication = "*";
const maxApplications = 20_000;

type Cache = {
  byId: LRUCache<string, ApplicationSnapshot>;
  /** `environment/id` and `environment/uid`. */
  idByName: LRUCache<string, string>;
  loading: Map<string, Promise<ApplicationSnapshot | null>>;
  listeners: Set<(applicationId: string | null) => void>;
  /** Counts the drops: a load that began before one must not be kept. */
  generation: number;
  watching: boolean;
};

const cache = (): Cache =>
  singleton("applications", () => ({
    byId: new LRUCache<string, ApplicationSnapshot>({ max: maxApplications }),
    idByName: new LRUCache<string, string>({ max: 2 * maxApplications }),
    loading: new Map(),
    listeners: new Set<(applicationId: string | null) => void>(),
    generation: 0,
    watching: false,
  }));

function tell(applicationId: string): void {
  forgetApplication(applicationId);
  for (const listener of cache().listeners) listener(applicationId);
}

function tellAll(): void {
  forgetAllApplications();
  for (const listener of cache().listeners) listener(null);
}

function keep(application: ApplicationSnapshot): ApplicationSnapshot {
  cache().byId.set(application.id, application);
  return application;
}

/** Callers that ask for the same at the same time share one answer. */
function once<T>(underWay: Map<string, Promise<T>>, key: string, load: () => Promise<T>): Promise<T> {
  const running = underWay.get(key);
  if (running !== undefined) return running;
  const promise = load().finally(() => {
    if (underWay.get(key) === promise) underWay.delete(key);
  });
  underWay.set(key, promise);
  return promise;
}
