/**
 * Every operation of the OpenAPI document, first with one thing wrong at a time, then with several: whatever a client sends, it
 * is never our fault (no answer of 500 or above), and a 422 names the field and says what is wanted of it. The requests are the same in every run.
 */
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { unsaid } from "../contract/faultWords.ts";
import type { Operation } from "../contract/operation.ts";
import { operations } from "../contract/operations.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { type Furnished, furnish, send, validBodies, withKey, withSession } from "../testing/furnish.ts";
import { type Case, type Subject, casesOf, muddleOf } from "../testing/fuzz/cases.ts";
import type { Schema, Schemas } from "../testing/fuzz/values.ts";
import { newMember } from "../testing/session.ts";
import { createApi } from "./app.ts";
import { openapiDocument } from "./openapi.ts";

const seed = 20_261_128;
const api = createApi();
let database: TestDatabase;
let callers: Record<Operation["access"], Record<string, string>>;
let tenant: Furnished;
let other: Furnished;

beforeAll(async () => {
  database = await testDatabase({ WEBSTER_PERSON_RATE_LIMIT: "0" });
  [tenant, other] = [await furnish(api), await furnish(api)];
  callers = await callersOf(tenant);
  const key = await send(api, withKey(tenant.apiKey), "POST", "/api/v1/api-key", { name: "To be revoked" });
  tenant.ids["key_id"] = key.id ?? "";
});

afterAll(() => database.close());

async function callersOf({ apiKey, organizationId, environmentId, ids }: Furnished): Promise<typeof callers> {
  const owner = withSession(await newMember(organizationId, "owner"), environmentId);
  const access = await send(api, withKey(apiKey), "POST", `/api/v1/auth/app-portal-access/${ids["app_id"]}`, {});
  const key = withKey(apiKey);
  return {
    public: {},
    apiKey: key,
    apiKeyOrPortal: key,
    portal: withKey(access.token ?? ""),
    member: owner,
    user: owner,
    management: owner,
  };
}

type Described = { parameters?: Subject["parameters"]; requestBody?: { content: Record<string, { schema: Schema }> } };

const document = JSON.parse(JSON.stringify(openapiDocument())) as {
  paths: Record<string, Record<string, Described>>;
  components: { schemas: Schemas };
};

function subjectOf(operation: Operation): Subject {
  const { parameters = [], requestBody } = document.paths[operation.path]?.[operation.method] ?? {};
  return {
    operation,
    parameters: parameters.filter((one) => one.in === "query"),
    body: requestBody?.content["application/json"]?.schema,
    schemas: document.components.schemas,
    valid: validBodies[operation.operationId],
    ids: tenant.ids,
    foreign: other.ids,
  };
}

/** They end what the others need, or never end themselves. */
const ending = ["v1.authentication.logout", "v1.profile.sign-out-everywhere", "v1.authentication.expire-all", "v1.event-stream.open"];
const asked = operations.filter(({ operationId }) => !ending.includes(operationId));

async function ask({ operation, path, query, body, key }: Case): Promise<{ status: number; text: string }> {
  const headers = {
    ...callers[operation.access],
    ...(body === undefined ? {} : { "content-type": "application/json" }),
    ...(key === undefined ? {} : { "idempotency-key": key }),
  };
  const url = `http://api.test${path}${query === "" ? "" : `?${query}`}`;
  const response = await api.fetch(new Request(url, { method: operation.method.toUpperCase(), headers, body: body ?? null }));
  return { status: response.status, text: await response.text() };
}

/** A field that decides which others there must be: those are named then. */
const deciding: Record<string, string[]> = {
  "v1.endpoint.update-authentication": ["kind"],
  "v1.alert-channel.create": ["kind"],
  // The owner of the session has none.
  "v1.profile.change-password": ["newPassword"],
  // Passkeys are made by browsers: none here holds.
  "v1.profile.add-passkey": ["name"],
  "v1.ingest.source.create": ["type"],
  "v1.ingest.source.update": ["type"],
};

/** What a 422 owes its reader: in which part of the request the fault is, and in which field. */
function namesIt({ operation, place }: Case, text: string): boolean {
  const { detail } = JSON.parse(text) as { detail: { loc: string[] }[] };
  const [part, field] = place;
  const isElsewhere = part === undefined || part === "path" || part === "header" || deciding[operation.operationId]?.includes(field ?? "");
  if (isElsewhere) return detail.every(({ loc }) => loc.length > 1);
  return detail.some(({ loc }) => loc[0] === part && (field === undefined || loc[1] === field));
}

/** Neither of zod without words, nor of us without any: `Invalid input`, `Invalid URL`, `Validation error`. */
const wordless =
  /\binvalid (input|value|option|string|number|key|type)\b|^(invalid|bad|wrong|not)( an?)?( \S+){0,2}$|^validation error$|undefined|\[object/i;

function saysWhatIsWanted(text: string): boolean {
  const { detail } = JSON.parse(text) as { detail: { msg: string }[] };
  return detail.every(({ msg }) => msg.length > 8 && !wordless.test(msg) && !msg.includes(unsaid));
}

const short = (text: string | undefined): string => (text === undefined ? "" : text.slice(0, 300));

const told = (one: Case, status: number, text: string): string =>
  `${status} ${short(text)} to ${one.operation.method.toUpperCase()} ${short(one.path)}?${short(one.query)} ${short(one.body)}`;

const seen = new Map<number, number>();

/** Null: as it should be. */
async function faultOf(one: Case): Promise<string | null> {
  const { status, text } = await ask(one);
  seen.set(status, (seen.get(status) ?? 0) + 1);
  const isOurs = status >= 500 || status === 429;
  const isDropped =
    status < 300 && one.place[0] === "body" && one.place.length > 1 && /"__proto__":/.test(one.body ?? "") && !isPayload(one);
  return isOurs || isDropped || (status === 422 && !(namesIt(one, text) && saysWhatIsWanted(text))) ? told(one, status, text) : null;
}

// Its bytes are kept as they are.
const isPayload = ({ place }: Case): boolean => place.includes("payload");

test.each(asked.map((operation) => [operation.operationId, operation] as const))("%s", { timeout: 600_000 }, async (_, operation) => {
  const faults: string[] = [];
  for (const one of casesOf(subjectOf(operation))) {
    const fault = await faultOf(one);
    if (fault !== null) faults.push(fault);
  }
  expect(faults).toEqual([]);
});

test("several things wrong at once", { timeout: 600_000 }, async () => {
  const picks = fc.infiniteStream(fc.nat());
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...asked), picks, async (operation, numbers) => {
      const pick = (below: number): number => (below === 0 ? 0 : (numbers.next().value as number) % below);
      const one = muddleOf(subjectOf(operation), pick);
      expect(await faultOf(one)).toBeNull();
    }),
    { numRuns: 600, seed, endOnFailure: true },
  );
});

test("the requests got somewhere: a fuzzer that only meets 404 finds nothing", () => {
  expect([200, 201, 202, 204, 404, 409, 422].filter((status) => (seen.get(status) ?? 0) < 20)).toEqual([]);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});
