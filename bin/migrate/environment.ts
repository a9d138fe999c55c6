/** Things of the environment as a whole: operational webhooks, connectors, sources. Known by uid, else by URL or name. */
import { type Api, listed } from "./api.ts";
import { type Belongings, belongingsOf, wantsOf } from "./endpoints.ts";
import type { Kind } from "./report.ts";
import { type Move, at, attempt, compared, made, unlessRefused } from "./move.ts";
import { type Connector, type Endpoint, type Source, differences, rateOf, typesOf } from "./shapes.ts";

export async function moveEnvironment(move: Move): Promise<void> {
  await unlessRefused(move, "Connectors", () => moveConnectors(move));
  await unlessRefused(move, "Operational webhooks", () =>
    movePlainEndpoints(move, "operational webhook endpoint", "/api/v1/operational-webhook/endpoint"),
  );
  await unlessRefused(move, "Sources", () => moveSources(move));
}

/** Moves endpoints whose paths are the same at both sides, but for what they belong to. */
async function movePlainEndpoints(move: Move, kind: Kind, path: string, targetPath: string | null = path): Promise<void> {
  const endpoints = await listed<Endpoint>(move.source, path);
  const there = endpoints.length === 0 || targetPath === null ? [] : await listed<Endpoint>(move.target, targetPath);
  for (const endpoint of endpoints)
    await attempt(move, kind, endpoint.id, async () => {
      const belongings = await belongingsOf(move, `${path}/${at(endpoint.id)}`, endpoint);
      const found = there.find((other) => (endpoint.uid ? other.uid === endpoint.uid : other.url === endpoint.url));
      if (found !== undefined) return compared(move, kind, endpoint.id, differences(fieldsOf(endpoint), withUsualNames(found)));
      const wants = wantsOf(belongings);
      if (move.apply && targetPath !== null) await create(move.target, targetPath, endpoint, belongings);
      if (wants.length === 0) return made(move, kind, endpoint.id);
      move.report.add(kind, endpoint.id, "wanting", `disabled until you give it ${wants.join(" and ")} there`);
    });
}

async function create(target: Api, path: string, endpoint: Endpoint, belongings: Belongings): Promise<void> {
  const { secret, headers, transformation } = belongings;
  const fields = fieldsOf(endpoint);
  const disabled = fields.disabled || wantsOf(belongings).length > 0;
  const { id } = await target.post<Endpoint>(path, { ...fields, disabled, headers, ...(secret === null ? {} : { secret }) });
  if (transformation !== null)
    await target.patch(`${path}/${at(id)}/transformation`, { code: transformation.code, enabled: transformation.enabled ?? true });
}

const fieldsOf = (endpoint: Endpoint) => ({
  url: endpoint.url,
  uid: endpoint.uid ?? null,
  description: endpoint.description ?? "",
  disabled: endpoint.disabled ?? false,
  throttleRate: rateOf(endpoint),
  eventTypes: typesOf(endpoint),
  metadata: endpoint.metadata ?? {},
});

const withUsualNames = (endpoint: Endpoint) => ({ ...endpoint, throttleRate: rateOf(endpoint), eventTypes: typesOf(endpoint) });

async function moveConnectors(move: Move): Promise<void> {
  const path = "/api/v1/connector";
  const connectors = await listed<Connector>(move.source, path);
  const there = connectors.length === 0 ? [] : await listed<Connector>(move.target, path);
  for (const connector of connectors)
    await attempt(move, "connector", connector.id, async () => {
      const { id, uid, name } = connector;
      const found = there.find((other) => (uid ? other.uid === uid : other.name === name));
      const fields = connectorFields(connector);
      if (found !== undefined) return compared(move, "connector", id, differences(fields, found));
      if (move.apply) await move.target.post(path, fields);
      made(move, "connector", id);
    });
}

const connectorFields = (connector: Connector) => ({
  uid: connector.uid ?? null,
  name: connector.name,
  kind: connector.kind ?? "Custom",
  logo: connector.logo ?? null,
  description: connector.description ?? "",
  instructions: connector.instructions ?? "",
  allowedEventTypes: connector.allowedEventTypes ?? null,
  transformation: connector.transformation,
  featureFlags: connector.featureFlags ?? null,
  ...(connector.productType ? { productType: connector.productType } : {}),
});

const sourcePath = "/ingest/api/v1/source";

async function moveSources(move: Move): Promise<void> {
  const sources = await listed<Source>(move.source, sourcePath);
  const there = sources.length === 0 ? [] : await listed<Source>(move.target, sourcePath);
  for (const source of sources)
    await attempt(move, "source", source.id, async () => {
      const { id, uid, name } = source;
      const found = there.find((other) => (uid ? other.uid === uid : other.name === name));
      const targetId = found === undefined ? await makeSource(move, source) : found.id;
      if (found !== undefined)
        compared(move, "source", id, differences({ name, type: source.type, metadata: source.metadata ?? {} }, found));
      const target = targetId === null ? null : `${sourcePath}/${at(targetId)}/endpoint`;
      await movePlainEndpoints(move, "source's endpoint", `${sourcePath}/${at(id)}/endpoint`, target);
    });
}

/** Makes a source. Null: this is a dry run. Without a secret that Svix does not show it would refuse everything: the target says so. */
async function makeSource(move: Move, source: Source): Promise<string | null> {
  const { id, uid, name, type, config, metadata = {} } = source;
  const { sources } = move.values;
  const given = (sources[id] ?? (uid ? sources[uid] : undefined) ?? sources[name])?.config;
  move.report.hide(...Object.values(given ?? {}).map(String));
  const whole = config === undefined && given === undefined ? {} : { config: { ...config, ...given } };
  const made_ = move.apply ? await move.target.post<Source>(sourcePath, { name, type, uid: uid ?? null, metadata, ...whole }) : null;
  made(move, "source", id, "has a URL of its own there, which the provider must be given; its secret is not shown by Svix, see --values");
  return made_?.id ?? null;
}
