/** Applications with endpoints and secrets, read in one statement, so that they fit together and with the version. */
import { env } from "../../../env.ts";
import type { EnvironmentId } from "../../../ids.ts";
import { log } from "../../../log.ts";
import { type Sealer, sealer } from "../../../seal.ts";
import type { EndpointAuthentication } from "../../../webhooks/authentication.ts";
import { parseStored } from "../../../webhooks/signature.ts";
import { type SignatureStyle, standardStyle } from "../../../webhooks/signatureStyle.ts";
import type { ApplicationSnapshot, EndpointSnapshot, Presentation } from "../../applications.ts";
import { hotPool } from "../../client.ts";
import { type TransformationJson, openFilter, openTexts, openTransformation, transformationJson } from "./filterAndCode.ts";

/** An application by id or uid; null: there is none. A uid can't look like an id, so at most one fits. */
export async function loadByName(environmentId: EnvironmentId, idOrUid: string): Promise<ApplicationSnapshot | null> {
  const { rows } = await hotPool().query<ApplicationRow>({
    name: "application_by_name",
    text: `${select} where a."environmentId" = $1 and a."deletedAt" is null and (a."id" = $2 or a."uid" = $2) limit 1`,
    values: [environmentId, idOrUid],
  });
  return rows[0] === undefined ? null : snapshot(rows[0]);
}

export async function loadApplications(ids: string[]): Promise<ApplicationSnapshot[]> {
  const { rows } = await hotPool().query<ApplicationRow>({
    name: "applications_by_id",
    text: `${select} where a."id" = any($1::text[]) and a."deletedAt" is null`,
    values: [ids],
  });
  return rows.map(snapshot);
}

type SecretRow = { id: string; sealed: string; expiresMs: number | null };

type EndpointRow = {
  id: string;
  url: string;
  disabled: boolean;
  eventTypes: string[] | null;
  channels: string[] | null;
  sealedHeaders: string | null;
  throttleRate: number | null;
  ordering: EndpointSnapshot["ordering"];
  retrySchedule: number[] | null;
  signature: SignatureStyle | null;
  sealedAuthentication: string | null;
  failingSinceMs: number | null;
  filter: unknown;
  transformation: TransformationJson;
  secrets: SecretRow[];
};

type ApplicationRow = {
  id: string;
  environmentId: string;
  uid: string | null;
  name: string;
  version: string;
  throttleRate: number | null;
  polled: boolean;
  environment: Presentation & { svixHeaders: boolean };
  endpoints: EndpointRow[];
};

const select = `
select a."id", a."environmentId", a."uid", a."name", a."endpointsVersion"::text as "version", a."throttleRate",
  exists (select from "poller" p where p."applicationId" = a."id") as "polled",
  (select json_build_object('svixHeaders', n."svixHeaders", 'userAgent', n."userAgent", 'idHeader', n."idHeader", 'traceHeaders', n."traceHeaders")
    from "environment" n where n."id" = a."environmentId") as "environment", (
  select coalesce(json_agg(json_build_object(
    'id', e."id", 'url', e."url", 'disabled', e."disabledAt" is not null, 'eventTypes', e."eventTypes", 'channels', e."channels",
    'sealedHeaders', encode(e."sealedHeaders", 'base64'), 'throttleRate', e."throttleRate", 'retrySchedule', e."retrySchedule",
    'signature', e."signature", 'sealedAuthentication', encode(e."sealedAuthentication", 'base64'), 'ordering', e."ordering",
    'failingSinceMs', extract(epoch from e."failingSince") * 1000, 'filter', e."filter",
    'transformation', ${transformationJson("endpoint", "e")},
    'secrets', (
      select coalesce(json_agg(json_build_object('id', s."id", 'sealed', encode(s."sealed", 'base64'),
        'expiresMs', extract(epoch from s."expiresAt") * 1000) order by s."expiresAt" desc nulls first, s."id" desc), '[]'::json)
      from "endpoint_secret" s where s."endpointId" = e."id" and (s."expiresAt" is null or s."expiresAt" > now()))
    ) order by e."id"), '[]'::json)
  from "endpoint" e where e."applicationId" = a."id" and e."deletedAt" is null) as "endpoints"
from "application" a`;

function snapshot(row: ApplicationRow): ApplicationSnapshot {
  const open = sealer();
  const { environment: _, ...application } = row;
  return { ...application, endpoints: row.endpoints.map((endpoint) => endpointSnapshot(row, endpoint, open)) };
}

function endpointSnapshot(application: ApplicationRow, row: EndpointRow, open: Sealer): EndpointSnapshot {
  const own = row.retrySchedule ?? [];
  const { svixHeaders, ...presentation } = application.environment;
  return {
    id: row.id,
    applicationId: application.id,
    environmentId: application.environmentId,
    url: row.url,
    disabled: row.disabled,
    eventTypes: row.eventTypes ?? [],
    channels: row.channels ?? [],
    headers: row.sealedHeaders === null ? {} : openTexts("endpoint", row.id, "headers", row.sealedHeaders, open),
    throttleRate: row.throttleRate,
    ordering: row.ordering,
    retrySchedule: own.length > 0 ? own : env().retryScheduleSeconds,
    signingKeys: row.secrets.flatMap((secret) => signingKey(secret, open)),
    signature: row.signature ?? standardStyle,
    svixHeaders,
    presentation,
    authentication: row.sealedAuthentication === null ? null : authentication(row.id, row.sealedAuthentication, open),
    failingSinceMs: row.failingSinceMs,
    filter: openFilter("endpoint", row.id, row.filter),
    transformation: openTransformation("endpoint", row.id, row.transformation, open),
  };
}

// One unreadable value must not take its neighbours' endpoints down: without keys, its attempts fail and say so.
function signingKey({ id, sealed, expiresMs }: SecretRow, open: Sealer): EndpointSnapshot["signingKeys"] {
  try {
    return [{ key: parseStored(open.open(id, Buffer.from(sealed, "base64")).toString()), expiresAtMs: expiresMs }];
  } catch (error) {
    log.error({ secretId: id, error: (error as Error).message }, "secret.unreadable");
    return [];
  }
}

function authentication(endpointId: string, sealed: string, open: Sealer): EndpointSnapshot["authentication"] {
  try {
    return JSON.parse(open.open(endpointId, Buffer.from(sealed, "base64")).toString()) as EndpointAuthentication;
  } catch (error) {
    log.error({ endpointId, error: (error as Error).message }, "endpoint.authentication_unreadable");
    return "unreadable";
  }
}
