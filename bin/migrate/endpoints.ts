/** Endpoints with secret, headers and transformation. */
import { listed } from "./api.ts";
import type { EventTypes } from "./eventTypes.ts";
import { ApiError } from "./faults.ts";
import { type Move, type Pair, at, attempt, compared, idIsRefused, makeAnew } from "./move.ts";
import { type Endpoint, type Headers, type Secret, type Transformation, differences, orNull, rateOf, typesOf } from "./shapes.ts";

/** All that belongs to an endpoint beside its own fields. */
export type Belongings = {
  /** The signing secret. Null: it can't be had. */
  secret: string | null;
  /** The source's public key, where signatures are made with a pair of keys. */
  publicKey: string | null;
  headers: Record<string, string>;
  /** Names of headers whose values are not shown, and not in the file of values. */
  missing: string[];
  transformation: Transformation | null;
};

export async function moveEndpoints(move: Move, { application, targetId, isNew }: Pair, eventTypes: EventTypes): Promise<void> {
  const base = `/api/v1/app/${at(application.id)}/endpoint`;
  const endpoints = await listed<Endpoint>(move.source, `${base}?order=ascending`);
  if (endpoints.length === 0) return;
  const there = isNew || targetId === null ? [] : await listed<Endpoint>(move.target, `/api/v1/app/${at(targetId)}/endpoint`);
  for (const endpoint of endpoints)
    await attempt(move, "endpoint", endpoint.id, async () => {
      await eventTypes.ensure(typesOf(endpoint));
      const belongings = await belongingsOf(move, `${base}/${at(endpoint.id)}`, endpoint);
      const known = move.state.endpoints[endpoint.id] ?? endpoint.id;
      const found = there.find(({ id }) => id === known) ?? (endpoint.uid ? there.find(({ uid }) => uid === endpoint.uid) : undefined);
      if (found === undefined) await create(move, endpoint, belongings, targetId);
      else await complete(move, endpoint, belongings, found, `/api/v1/app/${at(targetId ?? "")}/endpoint/${at(found.id)}`);
    });
}

/** Reads all that belongs to an endpoint. `path`: of the endpoint at the source. */
export async function belongingsOf(move: Move, path: string, { id, uid }: { id: string; uid?: string | null }): Promise<Belongings> {
  const { source, report, values } = move;
  const given = values.endpoints[id] ?? (uid ? values.endpoints[uid] : undefined);
  const { key = "" } = (await source.find<Secret>(`${path}/secret`)) ?? {};
  const { headers = {}, sensitive = [] } = (await source.find<Headers>(`${path}/headers`)) ?? {};
  const transformation = await source.find<Transformation>(`${path}/transformation`);
  const all = { ...headers, ...given?.headers };
  const names = new Set(Object.keys(all).map((name) => name.toLowerCase()));
  report.hide(key, given?.secret, ...Object.values(all), ...Object.values(transformation?.variables ?? {}));
  return {
    secret: given?.secret ?? signingSecret(key),
    publicKey: key.startsWith("whpk_") ? key : null,
    headers: all,
    missing: sensitive.filter((name) => !names.has(name.toLowerCase())),
    transformation: transformation?.code ? transformation : null,
  };
}

/** The secret as Webster takes it. Null: it can't be had. Of a pair only the public key is answered; older servers answer bytes alone. */
const signingSecret = (key: string): string | null => {
  if (key === "" || key.startsWith("whpk_")) return null;
  return key.startsWith("wh") ? key : `whsec_${key}`;
};

/** Reasons why the endpoint must not send yet; empty: it may. */
export function wantsOf({ secret, publicKey, missing }: Belongings): string[] {
  const wants = missing.map((name) => `the value of its header ${name}`);
  if (secret !== null) return wants;
  return [
    ...wants,
    publicKey === null ? "its signing secret" : "its private key (whsk_…), of which the source shows the public part alone",
  ];
}

const held = (wants: string[]): string => `disabled until it has ${wants.join(" and ")}: put that into a file, see --values`;

async function create(move: Move, endpoint: Endpoint, belongings: Belongings, applicationId: string | null): Promise<void> {
  const wants = wantsOf(belongings);
  if (!move.apply || applicationId === null) return tell(move, endpoint.id, endpoint.id, wants);
  const id = await post(move, endpoint, belongings, applicationId, wants.length > 0);
  await putTransformation(move, belongings, `/api/v1/app/${at(applicationId)}/endpoint/${at(id)}`);
  tell(move, endpoint.id, id, wants);
}

function tell({ report }: Move, oldId: string, newId: string, wants: string[]): void {
  const renamed = newId === oldId ? "" : `the target has used its id before, so it is ${newId} there: use its uid, or that`;
  if (wants.length > 0) report.add("endpoint", oldId, "wanting", [held(wants), renamed].filter(Boolean).join("; "));
  else report.add("endpoint", oldId, "made", renamed);
}

async function post(move: Move, endpoint: Endpoint, belongings: Belongings, applicationId: string, isHeld: boolean): Promise<string> {
  const { target, state, save } = move;
  const path = `/api/v1/app/${at(applicationId)}/endpoint`;
  const { secret, headers } = belongings;
  const fields = fieldsOf(endpoint);
  const body = { ...fields, disabled: fields.disabled || isHeld, headers, ...(secret === null ? {} : { secret }) };
  try {
    await target.post(`${path}?id=${at(endpoint.id)}`, body);
    return endpoint.id;
  } catch (error) {
    if (!(error instanceof ApiError) || !idIsRefused(error)) throw error;
  }
  if ((await target.find(`${path}/${at(endpoint.id)}`)) !== null) return endpoint.id;
  const id = await makeAnew(move, path, body, endpoint.id);
  state.endpoints[endpoint.id] = id;
  save();
  return id;
}

async function putTransformation(move: Move, { transformation }: Belongings, path: string): Promise<void> {
  if (transformation === null) return;
  const { code, enabled = true, variables } = transformation;
  await move.target.patch(`${path}/transformation`, { code, enabled, ...(variables ? { variables } : {}) });
}

/** Completes what an earlier run could not finish, or what has come since into the file of values. Any other difference stays as it is. */
async function complete(move: Move, endpoint: Endpoint, belongings: Belongings, found: Endpoint, path: string): Promise<void> {
  const { target, report, apply } = move;
  const there: There = {
    ...(await target.get<Secret>(`${path}/secret`)),
    ...(await target.get<Headers>(`${path}/headers`)),
    code: (await target.find<Transformation>(`${path}/transformation`))?.code ?? null,
  };
  report.hide(there.key, ...Object.values(there.headers));
  const lacksCode = belongings.transformation !== null && there.code === null;
  if (lacksCode && apply) await putTransformation(move, belongings, path);
  if (await givenWhatItLacked(move, endpoint, belongings, there, path)) return;
  const different = [...differencesOf(endpoint, found), ...otherwise(belongings, there)];
  const renamed = found.id === endpoint.id ? "" : `has the id ${found.id} there: use its uid, or that`;
  if (lacksCode && different.length === 0) report.add("endpoint", endpoint.id, "made", "its transformation");
  else compared(move, "endpoint", endpoint.id, different, renamed);
}

type There = Secret & Headers & { code: string | null };

const has = (names: string[], name: string): boolean => names.some((other) => other.toLowerCase() === name.toLowerCase());

/** Gives an endpoint what it lacked. True: the outcome has been told. */
async function givenWhatItLacked(move: Move, endpoint: Endpoint, belongings: Belongings, there: There, path: string): Promise<boolean> {
  const { target, report, apply } = move;
  const { secret, publicKey, headers, missing } = belongings;
  const names = [...Object.keys(there.headers), ...there.sensitive];
  const lacksKey = publicKey !== null && there.key !== publicKey;
  const wanted = { ...belongings, secret: lacksKey ? secret : there.key, missing: missing.filter((name) => !has(names, name)) };
  const wants = wantsOf(wanted);
  if (wants.length > 0) {
    report.add("endpoint", endpoint.id, "wanting", held(wants));
    return true;
  }
  const given = Object.entries(headers).filter(([name]) => !has(names, name));
  if (!lacksKey && given.length === 0) return false;
  if (apply) {
    if (given.length > 0) await target.patch(`${path}/headers`, { headers: Object.fromEntries(given) });
    if (lacksKey) await target.post(`${path}/secret/rotate`, { key: secret, gracePeriodSeconds: 0 });
    await target.patch(path, { disabled: endpoint.disabled ?? false });
  }
  report.add("endpoint", endpoint.id, "made", "given what it lacked");
  return true;
}

const differencesOf = (endpoint: Endpoint, found: Endpoint): string[] =>
  differences(fieldsOf(endpoint), { ...found, throttleRate: rateOf(found), eventTypes: typesOf(found) });

function otherwise({ secret, headers, transformation }: Belongings, there: There): string[] {
  const isShown = ([name]: [string, string]): boolean => !has(there.sensitive, name);
  const shown = Object.fromEntries(Object.entries(headers).filter(isShown));
  const isOther = {
    secret: secret !== null && !secret.startsWith("whsk_") && secret !== there.key,
    headers: differences(shown, there.headers).length > 0,
  };
  const code = transformation?.code ?? null;
  return [
    ...(isOther.secret ? ["secret"] : []),
    ...(isOther.headers ? ["headers"] : []),
    ...(there.code !== null && there.code !== code ? ["transformation"] : []),
  ];
}

const fieldsOf = (endpoint: Endpoint) => ({
  url: endpoint.url,
  uid: endpoint.uid ?? null,
  version: endpoint.version ?? 1,
  description: endpoint.description ?? "",
  disabled: endpoint.disabled ?? false,
  throttleRate: rateOf(endpoint),
  eventTypes: typesOf(endpoint),
  channels: orNull(endpoint.channels),
  metadata: endpoint.metadata ?? {},
  ...(endpoint.retrySchedule === undefined ? {} : { retrySchedule: endpoint.retrySchedule }),
  ...(endpoint.signature === undefined ? {} : { signature: endpoint.signature }),
  ...(endpoint.ordering === undefined ? {} : { ordering: endpoint.ordering }),
  ...(endpoint.filter === undefined ? {} : { filter: endpoint.filter }),
});
