/** What a handler may answer, as types: derived from the schemas of its operation's responses. */
import type * as z from "zod/mini";
import type { Operation } from "./operation.ts";

type Optional = { _zod: { optout: "optional" } };
type RequiredNames<Shape> = { [Name in keyof Shape]: Shape[Name] extends Optional ? never : Name }[keyof Shape];
type OptionalNames<Shape> = Exclude<keyof Shape, RequiredNames<Shape>>;

/** JSON text that is put into an answer as it stands: RawJson of lib/services/shared/rawJson.ts. */
type JsonText = { readonly text: string; toJSON(): string };

/**
 * A value whose JSON the schema describes. A moment is text or a Date, of which JSON makes the same text; an optional member that is
 * undefined isn't written. Members that the schema doesn't name are no error.
 */
export type Written<Schema> = Schema extends z.iso.ZodMiniISODateTime
  ? Date | string
  : Schema extends z.ZodMiniObject<infer Shape>
    ? { readonly [Name in RequiredNames<Shape>]: Written<Shape[Name]> } & {
        readonly [Name in OptionalNames<Shape>]?: Written<Shape[Name]> | undefined;
      }
    : Schema extends z.ZodMiniArray<infer Element>
      ? readonly Written<Element>[]
      : Schema extends z.ZodMiniRecord<infer Key, infer Value>
        ? { readonly [Name in z.output<Key> & PropertyKey]: Written<Value> } | (unknown extends Written<Value> ? JsonText : never)
        : Schema extends z.ZodMiniNullable<infer Inner>
          ? Written<Inner> | null
          : Schema extends z.ZodMiniOptional<infer Inner>
            ? Written<Inner> | undefined
            : Schema extends z.ZodMiniUnion<infer Members>
              ? Written<Members[number]>
              : z.output<Schema>;

type ValueOf<Response> = Response extends { schema: infer Schema } ? Written<Schema> : undefined;

/** A value together with the status that it is answered with. */
export type Answered<Status, Value> = { status: Status; value: Value };

type Responses<O extends Operation> = O["responses"];

/** Any of the operation's answers. */
export type AnswerOf<O extends Operation> = {
  [Status in keyof Responses<O>]: Answered<Status, ValueOf<Responses<O>[Status]>>;
}[keyof Responses<O>];

/** In the order in which one is taken for the usual one; of a POST that may create, Created is. */
type UsualStatus<O extends Operation> = O["method"] extends "post"
  ? FirstOf<[201, 200, 202, 204], Responses<O>>
  : FirstOf<[200, 201, 202, 204], Responses<O>>;

type FirstOf<Statuses, Given> = Statuses extends [infer Status, ...infer Rest]
  ? Status extends keyof Given
    ? Status
    : FirstOf<Rest, Given>
  : never;

/** What a handler gives back that names no status; nothing where the usual answer has no content. */
export type UsualValueOf<O extends Operation> = Responses<O>[UsualStatus<O>] extends { schema: infer Schema } ? Written<Schema> : void;
