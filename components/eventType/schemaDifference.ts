/**
 * Changes between two versions of a schema, as the readers of payloads see them: a field that may now be missing,
 * or hold what it did not, breaks them; a field more does not.
 */
import { isRecord } from "../../lib/words/record.ts";

export type SchemaChange = { breaking: boolean; /** Of the field; "" is the payload as a whole. */ path: string; what: string };

type Schema = Record<string, unknown>;
/** `root`: what its references refer to. */
type Side = { root: Schema; schema: Schema };

const maximumDepth = 12;

/** The breaking ones first. */
export function changesBetween(before: Schema, after: Schema): SchemaChange[] {
  const changes: SchemaChange[] = [];
  compare({ root: before, schema: before }, { root: after, schema: after }, "", changes, 0);
  return changes.toSorted((a, b) => Number(b.breaking) - Number(a.breaking));
}

function compare(before: Side, after: Side, path: string, changes: SchemaChange[], depth: number): void {
  if (depth > maximumDepth) return;
  const old: Side = { root: before.root, schema: resolved(before) };
  const now: Side = { root: after.root, schema: resolved(after) };
  compareTypes(old.schema, now.schema, path, changes);
  compareFields(old, now, path, changes, depth);
  const [oldItems, newItems] = [objectOf(old.schema["items"]), objectOf(now.schema["items"])];
  if (oldItems !== null && newItems !== null)
    compare({ root: old.root, schema: oldItems }, { root: now.root, schema: newItems }, `${path}[]`, changes, depth + 1);
}

function compareTypes(old: Schema, now: Schema, path: string, changes: SchemaChange[]): void {
  const [before, after] = [wordsOf(old["type"]), wordsOf(now["type"])];
  if (before.join() !== after.join()) {
    const isNarrower = after.length > 0 && (before.length === 0 || after.every((type) => before.includes(type)));
    changes.push({ breaking: !isNarrower, path, what: `type: ${before.join(" or ") || "any"} → ${after.join(" or ") || "any"}` });
  }
  if (!Array.isArray(old["enum"])) return;
  const [known, allowed] = [old["enum"].map(textOf), Array.isArray(now["enum"]) ? now["enum"].map(textOf) : null];
  const more = allowed?.filter((value) => !known.includes(value)) ?? ["anything"];
  const less = allowed === null ? [] : known.filter((value) => !allowed.includes(value));
  if (more.length > 0) changes.push({ breaking: true, path, what: `may also be ${more.join(", ")}` });
  if (less.length > 0) changes.push({ breaking: false, path, what: `is no longer ${less.join(", ")}` });
}

function compareFields(before: Side, after: Side, path: string, changes: SchemaChange[], depth: number): void {
  const [old, now] = [objectOf(before.schema["properties"]) ?? {}, objectOf(after.schema["properties"]) ?? {}];
  const [wasRequired, isRequired] = [wordsOf(before.schema["required"]), wordsOf(after.schema["required"])];
  for (const name of Object.keys(old)) {
    const field = path === "" ? name : `${path}.${name}`;
    const [oldField, newField] = [objectOf(old[name]), objectOf(now[name])];
    if (!Object.hasOwn(now, name)) changes.push({ breaking: true, path: field, what: "removed" });
    else if (wasRequired.includes(name) && !isRequired.includes(name))
      changes.push({ breaking: true, path: field, what: "may be missing" });
    else if (!wasRequired.includes(name) && isRequired.includes(name))
      changes.push({ breaking: false, path: field, what: "is always there" });
    if (oldField !== null && newField !== null)
      compare({ root: before.root, schema: oldField }, { root: after.root, schema: newField }, field, changes, depth + 1);
  }
  for (const name of Object.keys(now))
    if (!Object.hasOwn(old, name)) changes.push({ breaking: false, path: path === "" ? name : `${path}.${name}`, what: "added" });
}

/** The schema that a reference within the document leads to; other schemas stay as they are. */
function resolved({ root, schema }: Side): Schema {
  let current = schema;
  for (let count = 0; count < maximumDepth && typeof current["$ref"] === "string" && current["$ref"].startsWith("#/"); count++) {
    const steps = current["$ref"].slice(2).split("/");
    const target = steps.reduce<unknown>((inside, step) => objectOf(inside)?.[step.replaceAll("~1", "/").replaceAll("~0", "~")], root);
    const found = objectOf(target);
    if (found === null) break;
    current = found;
  }
  return current;
}

const objectOf = (value: unknown): Schema | null => (isRecord(value) ? value : null);

const wordsOf = (value: unknown): string[] =>
  (Array.isArray(value) ? (value as unknown[]) : [value]).filter((word) => typeof word === "string").toSorted((a, b) => (a < b ? -1 : 1));

const textOf = (value: unknown): string => JSON.stringify(value) ?? "";
