/** An application with endpoints, and messages for them, as the services would store them. */
import { randomBytes } from "node:crypto";
import { findApplication, type ApplicationSnapshot } from "../db/applications.ts";
import { databaseNowMs } from "../db/clock.ts";
import { prisma } from "../db/client.ts";
import { accept, type AcceptResult, type NewMessage } from "../db/sql/hot/accept.ts";
import { handoff } from "../delivery/handoff.ts";
import { type ApplicationId, type EnvironmentId, newId } from "../ids.ts";
import { sealer } from "../seal.ts";
import { newApplicationId, newTenant } from "./tenant.ts";

export type EndpointOptions = {
  url: string;
  headers?: Record<string, string>;
  retrySchedule?: number[];
  throttleRate?: number;
  disabled?: boolean;
  /** The current one first; the others with the moment at which they expire. */
  secrets?: { text: string; expiresAt: Date | null }[];
};

export type TestApplication = {
  environmentId: EnvironmentId;
  applicationId: ApplicationId;
  endpointIds: string[];
  secrets: string[];
};

export const newSecret = (): string => `whsec_${randomBytes(24).toString("base64")}`;

/** Makes an application in a tenant of its own. `secrets`: of each endpoint the current one. */
export async function newApplication(endpoints: EndpointOptions[], throttleRate: number | null = null): Promise<TestApplication> {
  const { environmentId } = await newTenant();
  const applicationId = newApplicationId();
  await prisma().application.create({ data: { id: applicationId, environmentId, name: "Café", throttleRate } });
  const endpointIds: string[] = [];
  const secrets: string[] = [];
  for (const endpoint of endpoints) {
    const given = endpoint.secrets ?? [{ text: newSecret(), expiresAt: null }];
    endpointIds.push(await newEndpoint({ environmentId, applicationId }, endpoint, given));
    secrets.push(given[0]?.text ?? "");
  }
  return { environmentId, applicationId, endpointIds, secrets };
}

export async function newEndpoint(
  { environmentId, applicationId }: { environmentId: string; applicationId: string },
  { url, headers, retrySchedule, throttleRate, disabled }: EndpointOptions,
  secrets: { text: string; expiresAt: Date | null }[],
): Promise<string> {
  const id = newId("endpoint");
  await prisma().endpoint.create({
    data: {
      id,
      applicationId,
      environmentId,
      url,
      eventTypes: [],
      channels: [],
      retrySchedule: retrySchedule ?? [],
      throttleRate: throttleRate ?? null,
      disabledAt: disabled === true ? new Date() : null,
      sealedHeaders: headers === undefined ? null : sealer().seal(id, JSON.stringify(headers)),
      secrets: {
        create: secrets.map(({ text, expiresAt }) => {
          const secretId = newId("endpointSecret");
          return { id: secretId, sealed: sealer().seal(secretId, text), expiresAt };
        }),
      },
    },
  });
  return id;
}

/** A message for every endpoint of the application, not leased. */
export function newMessage(application: TestApplication, changes: Partial<NewMessage> = {}): NewMessage {
  const createdAt = new Date(databaseNowMs());
  return {
    id: newId("message", createdAt.getTime()),
    createdAt,
    environmentId: application.environmentId,
    applicationId: application.applicationId,
    applicationVersion: "1",
    eventType: "cafe.closed",
    eventId: null,
    channels: [],
    tags: [],
    payload: Buffer.from('{"profit":42}'),
    contentType: null,
    payloadExpiresAt: null,
    deliverAt: null,
    endpointIds: application.endpointIds,
    leaseId: null,
    idempotency: null,
    ...changes,
  };
}

/** Accepts a message and hands it over, with what the cache knows of the application. */
export async function post(
  application: TestApplication,
  changes: Partial<NewMessage> = {},
): Promise<NewMessage & { result: AcceptResult }> {
  const snapshot = await snapshotOf(application);
  const active = snapshot.endpoints.filter(({ disabled }) => !disabled);
  const message = newMessage(application, {
    applicationVersion: snapshot.version,
    endpointIds: active.map(({ id }) => id),
    leaseId: handoff.leaseId(),
    ...(snapshot.polled ? { polled: true } : {}),
    ...changes,
  });
  const result = await accept(message);
  const { leaseId } = message;
  if (result.kind === "accepted" && leaseId !== null && message.deliverAt === null) {
    const handedOver = { messageId: message.id, createdAt: message.createdAt, application: snapshot, eventType: message.eventType };
    const fresh = { attemptCount: 0, scheduledCount: 0, manualQueued: 0, leaseId, leasedAtMs: result.leasedAtMs };
    const { payload, contentType } = message;
    const atOnce = active.filter((_, i) => (message.orderKeys?.[i] ?? null) === null);
    handoff.offer(atOnce.map((endpoint) => ({ ...handedOver, ...fresh, endpointId: endpoint.id, endpoint, payload, contentType })));
  }
  return { ...message, result };
}

async function snapshotOf(application: TestApplication): Promise<ApplicationSnapshot> {
  const found = await findApplication(application.environmentId, application.applicationId);
  if (found === null) throw new Error("The test's application is gone");
  return found;
}
