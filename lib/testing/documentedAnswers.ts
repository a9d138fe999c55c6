/**
 * Holds answers against the OpenAPI document: the status must be declared, and the JSON must fit its schema with no member
 * missing and none that the schema does not name.
 */
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import * as z from "zod/mini";
import type { Operation } from "../contract/operation.ts";
import { openapiText } from "../api/openapi.ts";

export type GivenAnswer = { status: number; contentType: string; /** Null: no content. */ text: string | null | typeof streamed };

export const streamed = Symbol("content that comes bit by bit, which is not looked at");

type Json = Record<string, unknown>;
type Described = { responses: Record<string, { content?: Record<string, { schema?: Json }> }> };
type Document = { paths: Record<string, Record<string, Described>>; components: { schemas: Json } };

/** The fault of an answer; null: it is as the document says. */
export function faultOfAnswer({ operationId, path, method }: Operation, { status, contentType, text }: GivenAnswer): string | null {
  const fault = (words: string): string => `${operationId} answered ${status}: ${words}`;
  const declared = document().paths[path]?.[method]?.responses[status];
  if (declared === undefined) return fault(`not declared; ${String(text).slice(0, 300)}`);
  if (text === null) return declared.content === undefined ? null : fault("without content");
  if (declared.content === undefined) return fault("with content, which is not declared");
  const type = contentType.split(";")[0] ?? "";
  const content = declared.content[type];
  if (content === undefined) return fault(`${contentType} is not declared`);
  if (content.schema === undefined || text === streamed) return null;
  const check = checkOf(`/paths/${escaped(path)}/${method}/responses/${status}/content/${escaped(type)}/schema`);
  if (check(JSON.parse(text))) return null;
  const words = (check.errors ?? []).map((error) => `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`);
  return fault(`${words.slice(0, 5).join("; ")} in ${text.slice(0, 500)}`);
}

let parsed: Document | null = null;

function document(): Document {
  parsed ??= closed(JSON.parse(openapiText()) as Document);
  return parsed;
}

/** The schema with each object that has properties closed to others: a document leaves shapes open that requests share. */
function closed<T>(value: T): T {
  if (Array.isArray(value)) return value.map(closed) as T;
  if (typeof value !== "object" || value === null) return value;
  const copy = Object.fromEntries(Object.entries(value).map(([name, member]) => [name, closed(member as unknown)]));
  if (copy["type"] === "object" && copy["properties"] !== undefined) copy["additionalProperties"] ??= false;
  return copy as T;
}

const escaped = (name: string): string => encodeURIComponent(name.replaceAll("~", "~0").replaceAll("/", "~1"));

let ajv: Ajv2020 | null = null;
const checks = new Map<string, ValidateFunction>();

function checkOf(pointer: string): ValidateFunction {
  const known = checks.get(pointer);
  if (known !== undefined) return known;
  if (ajv === null) {
    ajv = new Ajv2020({ strict: false, validateSchema: false });
    addFormats(ajv);
    // What is answered is in UTC.
    ajv.addFormat("date-time", (text) => z.iso.datetime().safeParse(text).success);
    ajv.addSchema(document(), "document");
  }
  const check = ajv.compile({ $ref: `document#${pointer}` });
  checks.set(pointer, check);
  return check;
}
