/** Payloads against their event type's newest schema, as the environment wants it: not at all, with a note, or strictly. */
import { findNewestSchema, knownPayloadRules, loadPayloadRules } from "../../db/payloadRules.ts";
import { prisma } from "../../db/client.ts";
import { AppError } from "../../errors.ts";
import type { EnvironmentId } from "../../ids.ts";
import { log } from "../../log.ts";
import { type PayloadCheck, type SchemaFault, SchemaError, compileSchema } from "../eventType/jsonSchema.ts";

/** `version`: of the schema that the payload does not fit. */
export type Violation = { version: string; fault: SchemaFault };

type Checked = { version: string; check: PayloadCheck } | null;

/** Whether payloads of this environment need not be looked at, as far as is known without asking the database. */
export const isUnchecked = (environmentId: EnvironmentId): boolean => knownPayloadRules(environmentId)?.mode === "off";

/** What is wrong with the payload and is to be noted; throws a validation error where it is to be refused. */
export async function violationOf(environmentId: EnvironmentId, eventType: string, payload: unknown): Promise<Violation | null> {
  const rules = knownPayloadRules<Checked>(environmentId) ?? (await loadPayloadRules<Checked>(environmentId));
  if (rules.mode === "off") return null;
  const checked = await remembered(rules.made, eventType, () => checkFor(environmentId, eventType));
  const fault = checked?.check(payload) ?? null;
  if (checked === null || fault === null) return null;
  if (rules.mode === "warn") return { version: checked.version, fault };
  const place = ["body", "payload", ...fault.path];
  const msg = `${fault.message} (schema of ${eventType}, version ${checked.version})`;
  throw new AppError("validation_error", msg, { issues: [{ loc: place, msg, type: "schema" }] });
}

type Accepted = { id: string; createdAt: Date; eventType: string; environmentId: string; applicationId: string };

/** Notes a violation of a message that is accepted by now: a failure to do so must not make the message look refused. */
export async function noteViolation(message: Accepted, { version, fault }: Violation): Promise<void> {
  const { id: messageId, createdAt, eventType, environmentId, applicationId } = message;
  const data = { messageId, createdAt, eventType, environmentId, applicationId, schemaVersion: version, faults: [fault] };
  await prisma()
    .schemaViolation.create({ data })
    .catch((error: Error) => log.warn({ messageId, error: error.message }, "payload.violation_not_noted"));
}

async function checkFor(environmentId: EnvironmentId, eventType: string): Promise<Checked> {
  const newest = await findNewestSchema(environmentId, eventType);
  if (newest === null) return null;
  try {
    return { version: newest.version, check: compileSchema(newest.schema) };
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error;
    // The schema was stored before schemas were compiled when they are saved: nothing can be held against it.
    log.warn({ environmentId, eventType, version: newest.version, error: error.message }, "payload.schema_unusable");
    return null;
  }
}

const maximumRememberedSchemas = 1000;

/** Makes what belongs to a key, once. A failure is not remembered. */
function remembered<T>(made: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const before = made.get(key);
  if (before !== undefined) return before;
  // Senders are free to make up names that nobody declared, so there may be any number of keys.
  if (made.size >= maximumRememberedSchemas) made.clear();
  const promise = make();
  made.set(key, promise);
  promise.catch(() => made.delete(key));
  return promise;
}
