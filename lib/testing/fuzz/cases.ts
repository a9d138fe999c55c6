/** Requests with something wrong, for an operation: drawn from its part of the OpenAPI document, always the same ones. */
import type { Operation } from "../../contract/operation.ts";
import { newId } from "../../ids.ts";
import type { Ids } from "../furnish.ts";
import { type Schema, type Schemas, anyKind, applied, changesOf, edgesOf, resolve, sampleOf } from "./values.ts";

/** `place`: what is wrong, as a 422 names it; [] where nothing is. `body`: JSON, or undefined for none. */
export type Case = { operation: Operation; place: string[]; path: string; query: string; body: string | undefined; key?: string };

/** An operation as the OpenAPI document describes it, with a body that is valid and ids that exist. */
export type Subject = {
  operation: Operation;
  parameters: { in: string; name: string; schema: Schema }[];
  body: Schema | undefined;
  schemas: Schemas;
  valid: unknown;
  ids: Ids;
  /** The ids of another tenant. */
  foreign: Ids;
};

const oddIds = [
  "%00",
  "%",
  "%ff",
  "a%2fb",
  "..",
  "%2e%2e",
  "x".repeat(300),
  "__proto__",
  "constructor",
  "%F0%9F%A6%8A",
  "-",
  "app_",
  "%0a",
];
const oddKeys = ["", "k", "k", "x".repeat(300), "%00", "a b"];

/** Not JSON, no object, or JSON that readers stumble over. */
const oddBodies = [
  "",
  "{",
  "[]",
  "1",
  '"x"',
  "null",
  "{}",
  '{"a":1,"a":2}',
  "\ufeff{}",
  "{} {}",
  "[".repeat(5000) + "]".repeat(5000),
  '{"name":"a","__proto__":{"polluted":1},"metadata":{"__proto__":"x"}}',
  `{"eventType":"t","payload":${'{"a":'.repeat(5000)}1${"}".repeat(5000)}}`,
  `{"name":"deep","description":"","schemas":{"1":${'{"not":'.repeat(5000)}{}${"}".repeat(5000)}}}`,
  `{"name":"deep60","description":"","schemas":{"1":${'{"not":'.repeat(55)}{}${"}".repeat(55)}}}`,
  '{"eventType":"t","payload":{"\\u0000":"\\ud800"},"payload":{"b":1e999}}',
  '{"eventType":"t","payload":{},"transformationsParams":{"rawPayload":"\\ud800"}}',
  '{"name":"s","description":"","schemas":{"1":{"pattern":"(((a+)+)+)+$","$ref":"http://127.0.0.1:9/"}}}',
  '{"name":"s2","description":"","schemas":{"1":{"$id":"x","$schema":"y","format":"z"}}}',
];

/** One thing wrong at a time. */
export function casesOf(subject: Subject): Case[] {
  const { operation, parameters, body, schemas, ids, foreign } = subject;
  const usual = usualCase(subject);
  const whole = wholeOf(subject);
  const wrongIds = (name: string) => [...oddIds, newId("application"), newId("message"), foreign[name] ?? "x"];
  return [
    usual,
    ...names(operation.path).flatMap((name) =>
      wrongIds(name).map((value) => ({ ...usual, place: ["path", name], path: fill(operation.path, { ...ids, [name]: value }) })),
    ),
    ...parameters.flatMap(({ name, schema }) =>
      queriesOf(name, schema, schemas).map((query) => ({ ...usual, place: ["query", name], query })),
    ),
    ...(body === undefined ? [] : oddBodies.map((text) => ({ ...usual, place: ["body"], body: text }))),
    ...changesIn(subject).map((change) => {
      const text = JSON.stringify(applied(whole, change, body ?? {}, schemas));
      return { ...usual, place: ["body", ...change.at], body: text };
    }),
    ...(operation.method === "post" ? oddKeys.map((key) => ({ ...usual, place: ["header"], key })) : []),
  ];
}

/** A request with several things wrong at once. `pick` gives a number from 0 up to, without, its argument. */
export function muddleOf(subject: Subject, pick: (below: number) => number): Case {
  const { operation, parameters, body, schemas, ids } = subject;
  const one = <T>(from: readonly T[]): T | undefined => from[pick(from.length)];
  const queries = parameters.map(({ name, schema }) => one(queriesOf(name, schema, schemas)) ?? "");
  const path =
    pick(4) === 0 ? fill(operation.path, { ...ids, [one(names(operation.path)) ?? ""]: one(oddIds) ?? "" }) : usualCase(subject).path;
  let whole = wholeOf(subject);
  const changes = changesIn(subject);
  for (let left = 1 + pick(3); left > 0; left--) {
    const change = one(changes);
    if (change !== undefined) whole = applied(whole, change, body ?? {}, schemas);
  }
  const query = queries.filter(() => pick(2) === 0).join("&");
  return { operation, place: [], path, query, body: body === undefined ? undefined : JSON.stringify(whole) };
}

function usualCase(subject: Subject): Case {
  const { operation, ids } = subject;
  const whole = wholeOf(subject);
  // The thing that is asked for must be there still when the next request asks.
  const path = fill(operation.path, operation.method === "delete" ? {} : ids);
  return { operation, place: [], path, query: "", body: whole === undefined ? undefined : JSON.stringify(whole) };
}

const changesIn = ({ body, schemas, valid }: Subject) => (body === undefined ? [] : changesOf(body, schemas, valid));

const wholeOf = ({ body, valid, schemas }: Subject): unknown => (body === undefined ? undefined : (valid ?? sampleOf(body, schemas)));

function queriesOf(name: string, given: Schema, schemas: Schemas): string[] {
  const texts = [...anyKind, ...edgesOf(resolve(given, schemas), schemas)].flatMap((value) =>
    typeof value === "string" ? [value] : typeof value === "number" || typeof value === "boolean" ? [String(value)] : [],
  );
  const some = [...new Set(texts.map((text) => text.replaceAll(/\p{Surrogate}/gu, "\ufffd")))].filter((text) => text.length < 20_000);
  return [...some.map((text) => `${name}=${encodeURIComponent(text)}`), name, `${name}[]=a&${name}[1]=b`, `${name}=1&${name}=1`];
}

const names = (path: string): string[] => [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "");

const fill = (path: string, ids: Ids): string => path.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? "missing");
