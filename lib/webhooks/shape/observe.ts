/**
 * What payloads teach a shape. Bounded whatever they hold: a payload with too many parts is not looked into, what is nested
 * deeper than twelve is not followed, and objects whose names don't repeat are maps, all of whose values are one place.
 */
import { hasParts, isLosslessNumber } from "../body/json.ts";
import { formatOf } from "./formats.ts";
import { merged } from "./merge.ts";
import { isData } from "./names.ts";
import {
  anyName,
  countNodes,
  type Field,
  item,
  type JsonType,
  newNode,
  type Shape,
  type ShapeChange,
  type ShapeNode,
  type Step,
  timesOf,
} from "./shape.ts";

export const maximumParts = 25_000;
export const maximumNodes = 1_000;
const maximumDepth = 12;
const maximumFields = 200;
const maximumChanges = 100;
/** How often a place is seen before what is new there is news. */
const learned = 5;
/** How often a usual field is missing in a row before it is said to be gone. */
const gone = 20;

/** Takes a payload into the shape. Payloads come in the order in which they were accepted. */
export function observe(shape: Shape, payload: unknown, atMs: number): void {
  if (!hasFewParts(payload)) return unread(shape);
  shape.observed++;
  shape.firstMs ??= atMs;
  shape.lastMs = atMs;
  const visit = new Visit(shape, atMs);
  visit.look(shape.root, payload, [], false);
}

/** Counts a payload that can't be observed. */
export const unread = (shape: Shape): void => void shape.unread++;

function hasFewParts(payload: unknown): boolean {
  const left = [payload];
  for (let seen = 0; left.length > 0; seen++) {
    if (seen + left.length > maximumParts) return false;
    const value = left.pop();
    if (!hasParts(value)) continue;
    const parts: unknown[] = Array.isArray(value) ? value : Object.values(value);
    if (seen + left.length + parts.length > maximumParts) return false;
    for (const part of parts) left.push(part);
  }
  return true;
}

class Visit {
  readonly #shape: Shape;
  readonly #atMs: number;
  #nodes: number;

  constructor(shape: Shape, atMs: number) {
    this.#shape = shape;
    this.#atMs = atMs;
    this.#nodes = countNodes(shape.root);
  }

  /** `isNew`: the place, or one around it, came with this payload, so that nothing in it is news. */
  look(node: ShapeNode, value: unknown, path: Step[], isNew: boolean): void {
    const type = typeOf(value);
    this.#noteType(node, type, path, isNew);
    if (typeof value === "string")
      node.format = node.format === undefined ? formatOf(value) : node.format === formatOf(value) ? node.format : null;
    if (path.length >= maximumDepth) return;
    if (Array.isArray(value)) this.#lookAtItems(node, value, path, isNew);
    else if (hasParts(value)) this.#lookAtFields(node, value, path, isNew);
  }

  #noteType(node: ShapeNode, type: JsonType, path: Step[], isNew: boolean): void {
    const seen = node.types.get(type);
    if (seen !== undefined) {
      seen.count++;
      seen.lastMs = this.#atMs;
      return;
    }
    const from = [...node.types.keys()];
    if (!isNew && timesOf(node) >= learned && !(type === "integer" && from.includes("number")))
      this.#tell({ path, kind: type === "null" ? "null" : "type", from, to: [type] });
    node.types.set(type, { count: 1, firstMs: this.#atMs, lastMs: this.#atMs });
  }

  #lookAtItems(node: ShapeNode, items: unknown[], path: Step[], isNew: boolean): void {
    if (items.length === 0) return;
    const inside = isNew || node.items === null;
    node.items ??= this.#make();
    if (node.items !== null) for (const one of items) this.look(node.items, one, [...path, item], inside);
  }

  #lookAtFields(node: ShapeNode, object: Record<string, unknown>, path: Step[], isNew: boolean): void {
    const names = Object.keys(object);
    if (!node.isMap && names.length > maximumFields) this.#turnIntoMap(node);
    const before = (node.types.get("object")?.count ?? 1) - 1;
    this.#noteMissing(node, object, path);
    for (const name of names) {
      if (node.isMap || isData(name)) this.#lookAtValue(node, object[name], path, isNew);
      else this.#lookAtField(node, name, object[name], path, isNew, before);
    }
    if (!node.isMap && (node.fields.size > maximumFields || isSparse(node))) this.#turnIntoMap(node);
  }

  #lookAtValue(node: ShapeNode, value: unknown, path: Step[], isNew: boolean): void {
    const inside = isNew || node.values === null;
    node.values ??= this.#make();
    if (node.values !== null) this.look(node.values, value, [...path, anyName], inside);
  }

  #lookAtField(node: ShapeNode, name: string, value: unknown, path: Step[], isNew: boolean, before: number): void {
    const place = [...path, name];
    const known = node.fields.get(name);
    const field = known ?? this.#makeField(before > 0);
    if (field === null) return;
    node.fields.set(name, field);
    field.seen++;
    this.look(field.node, value, place, isNew || known === undefined);
    if (known === undefined && !isNew && before >= learned) this.#tell({ path: place, kind: "appeared", from: [], to: [typeOf(value)] });
    if (field.isGone) this.#tell({ path: place, kind: "returned", from: [], to: [typeOf(value)] });
    Object.assign(field, { missed: 0, missedSinceMs: null, isGone: false });
  }

  #noteMissing(node: ShapeNode, object: Record<string, unknown>, path: Step[]): void {
    for (const [name, field] of node.fields) {
      if (Object.hasOwn(object, name)) continue;
      const place = [...path, name];
      const from = [...field.node.types.keys()];
      if (field.missingMs === null && field.seen >= learned) this.#tell({ path: place, kind: "optional", from, to: [] });
      field.missed++;
      field.missedSinceMs ??= this.#atMs;
      field.missingMs = this.#atMs;
      const objects = node.types.get("object")?.count ?? 0;
      if (field.isGone || field.missed < gone || field.seen < learned || field.seen * 2 < objects - field.missed) continue;
      field.isGone = true;
      this.#tell({ path: place, kind: "disappeared", from, to: [] }, field.missedSinceMs);
    }
  }

  #turnIntoMap(node: ShapeNode): void {
    const values = [...node.fields.values()].map((field) => field.node);
    node.values = [...values, ...(node.values === null ? [] : [node.values])].reduce(merged, newNode());
    node.fields = new Map();
    node.isMap = true;
    this.#nodes = countNodes(this.#shape.root);
  }

  #makeField(wasMissing: boolean): Field | null {
    const node = this.#make();
    const missingMs = wasMissing ? this.#atMs : null;
    return node && { node, seen: 0, missingMs, missed: 0, missedSinceMs: null, isGone: false };
  }

  #make(): ShapeNode | null {
    if (this.#nodes >= maximumNodes) {
      this.#shape.isCut = true;
      return null;
    }
    this.#nodes++;
    return newNode();
  }

  #tell(change: Omit<ShapeChange, "atMs">, atMs = this.#atMs): void {
    const { changes } = this.#shape;
    changes.push({ atMs, ...change });
    if (changes.length > maximumChanges) changes.splice(0, changes.length - maximumChanges);
  }
}

export function typeOf(value: unknown): JsonType {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "string") return "string";
  if (typeof value === "boolean") return "boolean";
  if (isLosslessNumber(value)) return /^-?\d+$/.test(String(value)) ? "integer" : "number";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return "object";
}

/** Many names, each of them in few objects, with values of one type: a map keyed by names of people or things. */
function isSparse({ fields, types }: ShapeNode): boolean {
  const objects = types.get("object")?.count ?? 0;
  if (fields.size < 25 || objects < 10) return false;
  const all = [...fields.values()];
  if (all.reduce((total, { seen }) => total + seen, 0) * 5 >= fields.size * objects) return false;
  return new Set(all.flatMap(({ node }) => [...node.types.keys()])).size === 1;
}
