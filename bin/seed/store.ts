/** Stores made-up deliveries, thousands with each statement. */
import { pool, prisma } from "../../lib/db/client.ts";
import { plainArray, textArray } from "../../lib/db/sql/parameters.ts";
import { newApiKey } from "../../lib/auth/apiKeys.ts";
import { newId } from "../../lib/ids.ts";
import { sealer } from "../../lib/seal.ts";
import { newKey } from "../../lib/services/endpoint/secrets.ts";
import { formatSecret } from "../../lib/webhooks/signature.ts";
import { type MadeDelivery, type Target, eventTypes, rareEventType } from "./rows.ts";

export type Place = { organizationId: string; environmentId: string; apiKey: string; targets: Target[] };

const applicationCount = 20;
const endpointsEach = 3;

/** Makes an environment of its own in the first organization, as old as its oldest message. */
export async function createPlace(startMs: number): Promise<Place> {
  const organization = (await prisma().organization.findFirst({ orderBy: { id: "asc" } })) ?? (await createOrganization());
  const environmentId = newId("environment", startMs);
  const createdAt = new Date(startMs);
  const name = `Seed ${new Date().toISOString().slice(0, 19).replace("T", " ")}`;
  await prisma().environment.create({ data: { id: environmentId, organizationId: organization.id, name, createdAt } });
  const key = newApiKey();
  await prisma().apiKey.create({ data: { id: newId("apiKey"), environmentId, name: "Seed", prefix: key.prefix, hash: key.hash } });
  const types = [...eventTypes, rareEventType].map((type) => ({ environmentId, name: type, featureFlags: [], createdAt }));
  await prisma().eventType.createMany({ data: types });
  const targets: Target[] = [];
  for (let i = 0; i < applicationCount; i++) targets.push(...(await createApplication(environmentId, startMs, i)));
  return { organizationId: organization.id, environmentId, apiKey: key.text, targets };
}

const createOrganization = () => prisma().organization.create({ data: { id: newId("organization"), name: "Seed" } });

async function createApplication(environmentId: string, startMs: number, i: number): Promise<Target[]> {
  const applicationId = newId("application", startMs);
  const createdAt = new Date(startMs);
  const name = `Customer ${i + 1}`;
  await prisma().application.create({ data: { id: applicationId, environmentId, name, uid: `customer-${i + 1}`, createdAt } });
  const made: Target[] = [];
  for (let n = 0; n < endpointsEach; n++) {
    const endpointId = newId("endpoint", startMs);
    const url = `https://customer-${i + 1}.invalid/hooks/${n + 1}`;
    const secretId = newId("endpointSecret", startMs);
    const sealed = sealer().seal(secretId, formatSecret(newKey()));
    await prisma().endpoint.create({
      data: {
        id: endpointId,
        applicationId,
        environmentId,
        url,
        description: n === 0 ? "Main" : `Number ${n + 1}`,
        eventTypes: [],
        channels: [],
        createdAt,
        secrets: { create: [{ id: secretId, sealed, createdAt }] },
      },
    });
    made.push({ endpointId, applicationId, url });
  }
  return made;
}

export async function storeDeliveries({ environmentId }: Place, deliveries: MadeDelivery[]): Promise<void> {
  const client = await pool().connect();
  try {
    await client.query("begin; set local synchronous_commit = off");
    await client.query(messageSql, [environmentId, ...messageColumns(deliveries)]);
    await client.query(deliverySql, [environmentId, ...deliveryColumns(deliveries)]);
    await client.query(attemptSql, attemptColumns(deliveries));
    await client.query("commit");
  } finally {
    client.release();
  }
}

const messageColumns = (deliveries: MadeDelivery[]): unknown[] => [
  plainArray(deliveries.map(({ messageId }) => messageId)),
  plainArray(deliveries.map(({ createdMs }) => createdMs)),
  plainArray(deliveries.map(({ target }) => target.applicationId)),
  textArray(deliveries.map(({ eventType }) => eventType)),
];

const messageSql = `
insert into message ("id", "createdAt", "environmentId", "applicationId", "eventType", "channels", "tags", "payload", "payloadBytes")
select i."id", to_timestamp(i."ms" / 1000.0), $1, i."applicationId", i."eventType", '{}', '{}', p."payload", length(p."payload")
from unnest($2::text[], $3::int8[], $4::text[], $5::text[]) i("id", "ms", "applicationId", "eventType")
  cross join lateral (select convert_to(format('{"type":"%s","amount":%s,"currency":"EUR"}', i."eventType", i."ms" % 100000), 'UTF8') "payload") p`;

const deliveryColumns = (deliveries: MadeDelivery[]): unknown[] => {
  const last = deliveries.map(({ attempts }) => attempts.at(-1) ?? null);
  return [
    ...messageColumns(deliveries),
    plainArray(deliveries.map(({ target }) => target.endpointId)),
    plainArray(deliveries.map(({ status }) => status)),
    plainArray(deliveries.map(({ attempts }) => attempts.length)),
    plainArray(deliveries.map(({ nextAttemptMs }) => nextAttemptMs)),
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

const attemptColumns = (deliveries: MadeDelivery[]): unknown[] => {
  const all = deliveries.flatMap((delivery) => delivery.attempts.map((attempt, i) => ({ delivery, attempt, number: i + 1 })));
  return [
    plainArray(all.map(({ attempt }) => attempt.id)),
    plainArray(all.map(({ attempt }) => attempt.startedMs)),
    plainArray(all.map(({ delivery }) => delivery.messageId)),
    plainArray(all.map(({ delivery }) => delivery.target.endpointId)),
    textArray(all.map(({ delivery }) => delivery.eventType)),
    plainArray(all.map(({ number }) => number)),
    textArray(all.map(({ delivery }) => delivery.target.url)),
    plainArray(all.map(({ attempt }) => attempt.statusCode)),
    plainArray(all.map(({ attempt }) => attempt.errorClass)),
    textArray(all.map(({ attempt }) => attempt.response)),
    plainArray(all.map(({ attempt }) => attempt.durationMs)),
  ];
};

const attemptSql = `
insert into attempt ("id", "createdAt", "messageId", "endpointId", "eventType", "attemptNumber", "trigger",
  "status", "url", "responseStatusCode", "errorClass", "response", "responseHeaders", "durationMs")
select i."id", to_timestamp(i."ms" / 1000.0), i."messageId", i."endpointId", i."eventType", i."number", 'scheduled',
  case when i."error" is null then 'succeeded' else 'failed' end, i."url", i."code", i."error", i."response",
  case when i."code" > 0 then '{"content-type":"text/plain"}'::jsonb end, i."duration"
from unnest($1::text[], $2::int8[], $3::text[], $4::text[], $5::text[], $6::int[], $7::text[], $8::int[], $9::text[], $10::text[],
  $11::int[]) i("id", "ms", "messageId", "endpointId", "eventType", "number", "url", "code", "error", "response", "duration")`;
