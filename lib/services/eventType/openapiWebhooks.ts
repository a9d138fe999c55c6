/** The webhooks of an OpenAPI document (3.0 and 3.1): `webhooks`, `x-webhooks`, and the callbacks of its operations. */
import type { Issue } from "../../errors.ts";
import { hasParts, isJsonObject } from "../../webhooks/body/json.ts";

export type DescribedWebhook = {
  name: string;
  description: string;
  deprecated: boolean;
  groupName: string | null;
  /** The payload's JSON Schema, which needs nothing outside of itself; null: none is given. */
  schema: Json | null;
  /** Where the webhook stands in the document. */
  place: string[];
};

type Json = Record<string, unknown>;

const methods = ["post", "put", "patch", "delete", "get"] as const;
const name = /^(?!\.{1,2}$)[a-zA-Z0-9\-_.]{1,256}$/;

/** How long the schemas of a document are in all, with what each refers to, which may be the same in each. */
const maximumCharacters = 8 * 1024 * 1024;

/** `issues`: what can't be used, each with its place in the document; what is fine is in `webhooks` all the same. */
export function webhooksOf(document: Json): { webhooks: DescribedWebhook[]; issues: Issue[] } {
  const issues: Issue[] = [];
  const webhooks = new Map<string, DescribedWebhook>();
  let left = maximumCharacters;
  for (const { key, item, place } of itemsOf(document)) {
    try {
      const webhook = describe(document, key, item, place);
      if (webhooks.has(key)) throw new DocumentFault(place, `There are two webhooks of the name ${key}`);
      left = leftAfter(left, webhook.schema);
      if (left < 0) {
        issues.push({ loc: place, msg: "The schemas are larger than 8 MB in all, with what each refers to", type: "value_error" });
        break;
      }
      webhooks.set(key, webhook);
    } catch (error) {
      if (!(error instanceof DocumentFault)) throw error;
      issues.push({ loc: error.place, msg: error.message, type: "value_error" });
    }
  }
  return { webhooks: [...webhooks.values()], issues };
}

/** How many characters are left when a value has been written as JSON; negative: it is longer, and not looked at to its end. */
function leftAfter(characters: number, value: unknown): number {
  let left = characters - 2;
  if (!hasParts(value)) return left - String(value).length;
  for (const [name, part] of Object.entries(value)) {
    if (left < 0) return left;
    left = leftAfter(left - name.length, part);
  }
  return left;
}

class DocumentFault extends Error {
  readonly place: string[];

  constructor(place: string[], message: string) {
    super(message);
    this.place = place;
  }
}

type Item = { key: string; item: unknown; place: string[] };

function itemsOf(document: Json): Item[] {
  const top = ["webhooks", "x-webhooks"].flatMap((field) =>
    entries(document[field]).map(([key, item]) => ({ key, item, place: [field, key] })),
  );
  const callbacks = entries(document["paths"]).flatMap(([path, item]) =>
    methods.flatMap((method) =>
      entries(object(object(item)?.[method])?.["callbacks"]).flatMap(([key, callback]) =>
        // A callback is keyed by the URL that is called; the item below the URL is what a webhook is.
        entries(resolved(document, callback, []))
          .slice(0, 1)
          .map(([url, called]) => ({
            key,
            item: called,
            place: ["paths", path, method, "callbacks", key, url],
          })),
      ),
    ),
  );
  return [...top, ...callbacks];
}

function describe(document: Json, key: string, item: unknown, place: string[]): DescribedWebhook {
  if (!name.test(key)) throw new DocumentFault(place, `${key} is no name of an event type: letters, digits, - _ and . only`);
  const path = object(resolved(document, item, place));
  const method = methods.find((one) => object(path?.[one]) !== null);
  if (path === null || method === undefined) throw new DocumentFault(place, "It has no operation, such as post");
  const operation = object(path[method]) ?? {};
  const { description, summary, tags, deprecated, requestBody } = operation;
  const body = object(resolved(document, requestBody, [...place, method, "requestBody"]));
  const media = entries(body?.["content"]).toSorted(([a], [b]) => Number(/json/i.test(b)) - Number(/json/i.test(a)))[0]?.[1];
  const group: unknown = Array.isArray(tags) ? tags[0] : undefined;
  return {
    name: key,
    description: text(description) ?? text(summary) ?? text(path["description"]) ?? "",
    deprecated: deprecated === true,
    groupName: typeof group === "string" && name.test(group) ? group : null,
    schema: payloadSchema(document, object(media), [...place, method, "requestBody"]),
    place,
  };
}

function payloadSchema(document: Json, media: Json | null, place: string[]): Json | null {
  // The top of a schema is not left behind a reference: there stands what it is as a whole.
  const given = object(resolved(document, media?.["schema"], place));
  if (given === null) return null;
  const used = new Map<string, unknown>();
  const schema = translated(document, given, used, place) as Json;
  const samples = [media?.["example"], ...entries(media?.["examples"]).map(([, one]) => object(resolved(document, one, place))?.["value"])];
  const examples = [...samples.filter((sample) => sample !== undefined), ...((schema["examples"] as unknown[] | undefined) ?? [])];
  return {
    ...schema,
    ...(examples.length === 0 ? {} : { examples }),
    ...(used.size === 0 ? {} : { definitions: { ...object(schema["definitions"]), ...Object.fromEntries(used) } }),
  };
}

/** Keywords that are only in OpenAPI, or told otherwise in JSON Schema. */
const notOfSchemas = new Set(["nullable", "discriminator", "xml", "externalDocs", "example"]);
const ofSchemas = new Set(["properties", "patternProperties", "definitions", "$defs", "dependencies"]);
const ofValues = new Set(["const", "enum", "default", "examples"]);

/** An OpenAPI schema in the words of JSON Schema draft 7. `used`: the schemas that it refers to are put there, by name. */
function translated(document: Json, schema: unknown, used: Map<string, unknown>, place: string[]): unknown {
  if (Array.isArray(schema)) return schema.map((one) => translated(document, one, used, place));
  const given = object(schema);
  if (given === null) return schema;
  if (typeof given["$ref"] === "string") return { $ref: reference(document, given["$ref"], used, place) };
  const translate = (value: unknown): unknown => translated(document, value, used, place);
  const result: Json = {};
  for (const [key, value] of Object.entries(given)) {
    if (notOfSchemas.has(key)) continue;
    const inside = ofSchemas.has(key) ? object(value) : null;
    if (inside !== null) result[key] = Object.fromEntries(Object.entries(inside).map(([name, one]) => [name, translate(one)]));
    else result[key] = ofValues.has(key) ? value : translate(value);
  }
  if (given["nullable"] === true && typeof result["type"] === "string") result["type"] = [result["type"], "null"];
  if (given["nullable"] === true && Array.isArray(result["enum"])) result["enum"] = [...(result["enum"] as unknown[]), null];
  // An exclusive bound is a flag beside the bound in OpenAPI 3.0 (draft 4), and the bound itself in JSON Schema.
  for (const [flag, bound] of [
    ["exclusiveMinimum", "minimum"],
    ["exclusiveMaximum", "maximum"],
  ] as const) {
    const exclusive = result[flag];
    if (typeof exclusive !== "boolean") continue;
    delete result[flag];
    if (!exclusive) continue;
    result[flag] = result[bound];
    delete result[bound];
  }
  if (given["example"] !== undefined && result["examples"] === undefined) result["examples"] = [given["example"]];
  return result;
}

function reference(document: Json, pointer: string, used: Map<string, unknown>, place: string[]): string {
  if (!pointer.startsWith("#/")) throw new DocumentFault(place, `It refers to ${pointer}, which is not in the document and is not fetched`);
  const label = pointer
    .slice(2)
    .replace(/^components\/schemas\//, "")
    .replaceAll(/[^a-zA-Z0-9\-_.]/g, "_");
  if (!used.has(label)) {
    const target = resolved(document, { $ref: pointer }, place);
    // The name is noted before the schema's own references are followed, so that it may refer to itself.
    used.set(label, true);
    used.set(label, translated(document, target, used, place));
  }
  return `#/definitions/${label}`;
}

const maximumReferences = 50;

/** Follows `$ref`; undefined stays undefined. */
function resolved(document: Json, value: unknown, place: string[]): unknown {
  let current = value;
  for (let count = 0; typeof object(current)?.["$ref"] === "string"; count++) {
    const pointer = object(current)?.["$ref"] as string;
    if (count === maximumReferences) throw new DocumentFault(place, `${pointer} refers to itself`);
    if (!pointer.startsWith("#/"))
      throw new DocumentFault(place, `It refers to ${pointer}, which is not in the document and is not fetched`);
    current = pointer
      .slice(2)
      .split("/")
      .reduce<unknown>((inside, step) => own(inside, unescaped(step)), document);
    if (current === undefined) throw new DocumentFault(place, `It refers to ${pointer}, which is not there`);
  }
  return current;
}

function unescaped(step: string): string {
  const plain = step.replaceAll("~1", "/").replaceAll("~0", "~");
  try {
    return decodeURIComponent(plain);
  } catch {
    return plain;
  }
}

const own = (value: unknown, key: string): unknown => (hasParts(value) && Object.hasOwn(value, key) ? value[key] : undefined);

const object = (value: unknown): Json | null => (isJsonObject(value) ? value : null);
const entries = (value: unknown): [string, unknown][] => Object.entries(object(value) ?? {});
const text = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);
