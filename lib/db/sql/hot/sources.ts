/** A source with its tokens, read in one statement, so that they fit together and with the version. */
import { sealer } from "../../../seal.ts";
import type { DedupeRule, EventTypeRule, ForwardRule, ResponseRule } from "../../../webhooks/sourceRules.ts";
import { hotPool } from "../../client.ts";
import type { SealedConfig, SourceSnapshot } from "../../sources.ts";
import { type TransformationJson, openFilter, openTransformation, transformationJson } from "./filterAndCode.ts";

/** The source that has a token with this SHA-256; null: none has. */
export async function loadSourceByToken(hash: Buffer): Promise<SourceSnapshot | null> {
  const { rows } = await hotPool().query<SourceRow>({
    name: "source_by_token",
    text: `${select} where s."id" = (select t."sourceId" from "source_token" t where t."hash" = $1)`,
    values: [hash],
  });
  return rows[0] === undefined ? null : snapshot(rows[0]);
}

export async function loadSource(id: string): Promise<SourceSnapshot | null> {
  const { rows } = await hotPool().query<SourceRow>({ name: "source_by_id", text: `${select} where s."id" = $1`, values: [id] });
  return rows[0] === undefined ? null : snapshot(rows[0]);
}

/** A source's current version; null: the source is gone. */
export async function versionOfSource(id: string): Promise<string | null> {
  const { rows } = await hotPool().query<{ version: string }>({
    name: "source_version",
    text: `select "version"::text as "version" from "source" where "id" = $1`,
    values: [id],
  });
  return rows[0]?.version ?? null;
}

type SourceRow = {
  id: string;
  environmentId: string;
  applicationId: string;
  name: string;
  provider: string;
  sealedConfig: Buffer;
  eventType: EventTypeRule;
  dedupe: Omit<DedupeRule, "windowSeconds">;
  dedupeWindowSeconds: number;
  rateLimit: number | null;
  maximumBodyBytes: number | null;
  acceptedResponse: ResponseRule | null;
  rejectedResponse: ResponseRule | null;
  forward: ForwardRule;
  filter: unknown;
  transformation: TransformationJson;
  disabled: boolean;
  version: string;
  tokens: { hash: string; expiresMs: number | null }[];
};

const select = `
select s."id", s."environmentId", s."applicationId", s."name", s."provider", s."sealedConfig", s."eventType", s."dedupe",
  s."dedupeWindowSeconds", s."rateLimit", s."maximumBodyBytes", s."acceptedResponse", s."rejectedResponse", s."forward", s."filter",
  ${transformationJson("source", "s")} as "transformation",
  s."disabledAt" is not null as "disabled", s."version"::text as "version", (
    select coalesce(json_agg(json_build_object('hash', encode(t."hash", 'hex'), 'expiresMs', extract(epoch from t."expiresAt") * 1000)), '[]'::json)
    from "source_token" t where t."sourceId" = s."id" and (t."expiresAt" is null or t."expiresAt" > now())) as "tokens"
from "source" s`;

function snapshot({ sealedConfig, dedupe, dedupeWindowSeconds, tokens, ...row }: SourceRow): SourceSnapshot {
  return {
    ...row,
    config: JSON.parse(sealer().open(row.id, sealedConfig).toString()) as SealedConfig,
    dedupe: { ...dedupe, windowSeconds: dedupeWindowSeconds },
    filter: openFilter("source", row.id, row.filter),
    transformation: openTransformation("source", row.id, row.transformation, sealer()),
    tokens: new Map(tokens.map(({ hash, expiresMs }) => [hash, expiresMs])),
  };
}
