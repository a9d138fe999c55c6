/** Stores made-up customers and their deliveries, thousands of rows with each statement. */
import { pool, prisma } from "../../lib/db/client.ts";
import { plainArray, textArray } from "../../lib/db/sql/parameters.ts";
import { newApiKey } from "../../lib/auth/apiKeys.ts";
import { newId } from "../../lib/ids.ts";
import { sealer } from "../../lib/seal.ts";
import { newKey } from "../../lib/services/endpoint/secrets.ts";
import { formatSecret } from "../../lib/webhooks/signature.ts";
import { type Customer, customers, type MadeEndpoint } from "./customers.ts";
import { eventTypes, groupOf } from "./eventTypes.ts";
import type { MadeAttempt, MadeDelivery, MadeMessage, Sender, Target } from "./rows.ts";

export type Place = { environmentId: string; apiKey: string; senders: Sender[] };

/** Makes an environment of its own in the first organization, as old as its oldest message; by its id it comes after all others. */
export async function createPlace(name: string, startMs: number): Promise<Place> {
  const organization = (await prisma().organization.findFirst({ orderBy: { id: "asc" } })) ?? (await createOrganization());
  const environmentId = newId("environment");
  const createdAt = new Date(startMs);
  await prisma().environment.create({ data: { id: environmentId, organizationId: organization.id, name, createdAt } });
  const key = newApiKey();
  await prisma().apiKey.create({ data: { id: newId("apiKey"), environmentId, name: "Seed", prefix: key.prefix, hash: key.hash } });
  const types = eventTypes.map((type) => ({ environmentId, ...type, groupName: groupOf(type.name), featureFlags: [], createdAt }));
  await prisma().eventType.createMany({ data: types });
  const senders: Sender[] = [];
  // One after the other: lists without an order of their own have them by id.
  for (const customer of customers) senders.push(await createApplication(environmentId, startMs, customer));
  return { environmentId, apiKey: key.text, senders };
}

const createOrganization = () => prisma().organization.create({ data: { id: newId("organization"), name: "Seed" } });

async function createApplication(
  environmentId: string,
  startMs: number,
  { uid, name, plan, weight, endpoints }: Customer,
): Promise<Sender> {
  const applicationId = newId("application", startMs);
  const createdAt = new Date(startMs);
  await prisma().application.create({ data: { id: applicationId, environmentId, name, uid, metadata: { plan }, createdAt } });
  const targets: Target[] = [];
  for (const endpoint of endpoints) {
    const endpointId = await createEndpoint(environmentId, applicationId, startMs, endpoint);
    if (!endpoint.disabled) targets.push({ ...endpoint, endpointId, eventTypes: typesOf(endpoint) });
  }
  return { applicationId, weight, targets };
}

async function createEndpoint(environmentId: string, applicationId: string, startMs: number, endpoint: MadeEndpoint): Promise<string> {
  const id = newId("endpoint", startMs);
  const createdAt = new Date(startMs);
  const secretId = newId("endpointSecret", startMs);
  const sealed = sealer().seal(secretId, formatSecret(newKey()));
  await prisma().endpoint.create({
    data: {
      id,
      applicationId,
      environmentId,
      url: endpoint.url,
      description: endpoint.description,
      eventTypes: typesOf(endpoint),
      channels: [],
      createdAt,
      ...(endpoint.disabled ? { disabledAt: createdAt, disabledReason: "manual" } : {}),
      secrets: { create: [{ id: secretId, sealed, createdAt }] },
    },
  });
  return id;
}

const typesOf = ({ about }: MadeEndpoint): string[] =>
  about.length === 0 ? [] : eventTypes.filter(({ name }) => about.includes(groupOf(name))).map(({ name }) => name);

export async function storeMessages({ environmentId }: Place, messages: MadeMessage[]): Promise<void> {
  const deliveries = messages.flatMap((message) => message.deliveries.map((delivery) => ({ message, delivery })));
  const attempts = deliveries.flatMap(({ message, delivery }) =>
    delivery.attempts.map((attempt, i) => ({ message, delivery, attempt, number: i + 1 })),
  );
  const client = await pool().connect();
  try {
    await client.query("begin; set local synchronous_commit = off");
    await client.query(messageSql, [environmentId, ...messageColumns(messages), textArray(messages.map(({ payload }) => payload))]);
    await client.query(deliverySql, [environmentId, ...deliveryColumns(deliveries)]);
    await client.query(attemptSql, attemptColumns(attempts));
    await client.query("commit");
  } finally {
    client.release();
  }
}

const messageColumns = (messages: MadeMessage[]): unknown[] => [
  plainArray(messages.map(({ id }) => id)),
  plainArray(messages.map(({ createdMs }) => createdMs)),
  plainArray(messages.map(({ applicationId }) => applicationId)),
  textArray(messages.map(({ eventType }) => eventType)),
];

const messageSql = `
insert into message ("id", "createdAt", "environmentId", "applicationId", "eventType", "channels", "tags", "payload", "payloadBytes")
select i."id", to_timestamp(i."ms" / 1000.0), $1, i."applicationId", i."eventType", '{}', '{}', convert_to(i."payload", 'UTF8'),
  octet_length(i."payload")
from unnest($2::text[], $3::int8[], $4::text[], $5::text[], $6::text[]) i("id", "ms", "applicationId", "eventType", "payload")`;

const deliveryColumns = (rows: { message: MadeMessage; delivery: MadeDelivery }[]): unknown[] => {
  const last = rows.map(({ delivery }) => delivery.attempts.at(-1) ?? null);
  return [
    ...messageColumns(rows.map(({ message }) => message)),
    plainArray(rows.map(({ delivery }) => delivery.target.endpointId)),
    plainArray(rows.map(({ delivery }) => delivery.status)),
    plainArray(rows.map(({ delivery }) => delivery.attempts.length)),
    plainArray(rows.map(({ delivery }) => delivery.nextAttemptMs)),
    plainArray(last.map((attempt) => attempt?.startedMs ?? null)),
    plainArray(last.map((attempt) => attempt?.statusCode ?? null)),
    plainArray(last.map((attempt) => attempt?.errorClass ?? null)),
    plainArray(last.map((attempt) => attempt?.durationMs ?? null)),
  ];
};

const deliverySql = `
insert into delivery ("messageId", "endpointId", "createdAt", "environmentId", "applicationId", "eventType", "status", "attemptCount",
  "scheduledCount", "retryAt", "nextAttemptAt", "succeededAt", "lastAttemptAt", "lastStatusCode", "lastErrorClass", "lastDurationMs")
select i."id", i."endpointId", to_timestamp(i."ms" / 1000.0), $1, i."applicationId", i."eventType", i."status", i."attempts", i."attempts",
  to_timestamp(i."nextMs" / 1000.0), to_timestamp(i."nextMs" / 1000.0),
  case when i."status" = 'succeeded' then to_timestamp((i."lastMs" + i."duration") / 1000.0) end,
  to_timestamp(i."lastMs" / 1000.0), i."code", i."error", i."duration"
from unnest($2::text[], $3::int8[], $4::text[], $5::text[], $6::text[], $7::text[], $8::int[], $9::int8[], $10::int8[], $11::int[],
  $12::text[], $13::int[]) i("id", "ms", "applicationId", "eventType", "endpointId", "status", "attempts", "nextMs", "lastMs", "code",
  "error", "duration")`;

const attemptColumns = (rows: { message: MadeMessage; delivery: MadeDelivery; attempt: MadeAttempt; number: number }[]): unknown[] => {
  const timing = (step: keyof MadeAttempt["timings"]): string => plainArray(rows.map(({ attempt }) => attempt.timings[step]));
  return [
    plainArray(rows.map(({ attempt }) => attempt.id)),
    plainArray(rows.map(({ attempt }) => attempt.startedMs)),
    plainArray(rows.map(({ message }) => message.id)),
    plainArray(rows.map(({ delivery }) => delivery.target.endpointId)),
    textArray(rows.map(({ message }) => message.eventType)),
    plainArray(rows.map(({ number }) => number)),
    textArray(rows.map(({ delivery }) => delivery.target.url)),
    plainArray(rows.map(({ attempt }) => attempt.statusCode)),
    plainArray(rows.map(({ attempt }) => attempt.errorClass)),
    textArray(rows.map(({ attempt }) => attempt.response)),
    plainArray(rows.map(({ attempt }) => attempt.durationMs)),
    textArray(rows.map(({ attempt }) => headersOf(attempt))),
    timing("dnsMs"),
    timing("tcpMs"),
    timing("tlsMs"),
    timing("firstByteMs"),
  ];
};

function headersOf({ statusCode, contentType, server, response }: MadeAttempt): string | null {
  if (statusCode === 0) return null;
  return JSON.stringify({
    ...(contentType === null ? {} : { "content-type": contentType }),
    ...(server === null ? {} : { server }),
    "content-length": String(Buffer.byteLength(response)),
  });
}

const attemptSql = `
insert into attempt ("id", "createdAt", "messageId", "endpointId", "eventType", "attemptNumber", "url",
  "responseStatusCode", "errorClass", "response", "responseHeaders", "durationMs", "dnsMs", "tcpMs", "tlsMs", "firstByteMs")
select i."id", to_timestamp(i."ms" / 1000.0), i."messageId", i."endpointId", i."eventType", i."number", i."url", i."code", i."error", i."response", i."headers"::jsonb,
  i."duration", i."dnsMs", i."tcpMs", i."tlsMs", i."firstByteMs"
from unnest($1::text[], $2::int8[], $3::text[], $4::text[], $5::text[], $6::int[], $7::text[], $8::int[], $9::text[], $10::text[],
  $11::int[], $12::text[], $13::int[], $14::int[], $15::int[], $16::int[])
  i("id", "ms", "messageId", "endpointId", "eventType", "number", "url", "code", "error", "response", "duration", "headers", "dnsMs",
    "tcpMs", "tlsMs", "firstByteMs")`;
