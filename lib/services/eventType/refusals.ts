/** Sampled payloads that an event type's newest schema would refuse: counted, and the newest of them named. */
import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";
import { isData } from "../../webhooks/shape/names.ts";
import { newestVersionOf, readSchemas } from "./eventTypeSchemas.ts";
import { type PayloadCheck, type SchemaFault, SchemaError, compileSchema } from "./jsonSchema.ts";

export type Refusal = SchemaFault & { messageId: string; atMs: number };
export type Refusals = {
  version: string;
  /** Of the schema: another one begins anew. */ digest: string;
  checked: number;
  count: number;
  latest: Refusal[];
};

const namedRefusals = 20;

type Newest = { version: string; digest: string; check: PayloadCheck };

const compiled = new LRUCache<string, { newest: Newest | null }>({ max: 100 });

/** Null: the type has no schema that payloads can be held against. */
export function newestSchema(schemas: string | null): Newest | null {
  if (schemas === null) return null;
  const digest = createHash("sha256").update(schemas).digest("base64url").slice(0, 22);
  const known = compiled.get(digest);
  if (known !== undefined) return known.newest;
  const newest = compileNewest(schemas, digest);
  compiled.set(digest, { newest });
  return newest;
}

function compileNewest(stored: string, digest: string): Newest | null {
  const schemas = readSchemas(stored);
  const version = newestVersionOf(schemas);
  const schema = version === null ? undefined : schemas?.[version];
  if (version === null || schema === undefined) return null;
  try {
    return { version, digest, check: compileSchema(schema) };
  } catch (error) {
    if (error instanceof SchemaError) return null;
    throw error;
  }
}

export const readRefusals = (text: string | null): Refusals | null => (text === null ? null : (JSON.parse(text) as Refusals));

/** Those so far, or the first if the schema is another one. */
export const refusalsOf = (text: string | null, { version, digest }: Newest): Refusals => {
  const before = readRefusals(text);
  return before?.digest === digest ? before : { version, digest, checked: 0, count: 0, latest: [] };
};

/** Holds a payload against the schema. Names in its path that are data rather than names are not kept. */
export function holdAgainst(refusals: Refusals, { check }: Newest, payload: unknown, messageId: string, atMs: number): void {
  refusals.checked++;
  const fault = check(payload);
  if (fault === null) return;
  refusals.count++;
  const path = fault.path.map((name) => (isData(name) && !/^\d{1,6}$/.test(name) ? "*" : name));
  refusals.latest = [{ messageId, atMs, path, message: fault.message }, ...refusals.latest].slice(0, namedRefusals);
}
