/** Shapes that several nouns share. */
import * as z from "zod/mini";
import { isRecord } from "../words/record.ts";

/** A word that can stand in a path. */
export const word = z.regex(/^[a-zA-Z0-9\-_.]+$/, "must be only letters, digits, -, _ and .");
// oxlint-disable-next-line no-control-regex -- refusing them is the point
const controlCharacters = /[\u0000-\u0008]/;

// oxlint-disable-next-line no-control-regex -- refusing them is the point
export const withoutControls = z.regex(/^[^\u0000-\u001f\u007f-\u009f]*$/, "must not hold control characters");

/** Of what is named in an address: browsers and clients take these two out of it, so that nothing would lead there. */
export const addressable = z.refine((text) => text !== "." && text !== "..", "must not be . or .., which no address can hold");

/** A field that may be left out of what is created or replaced. Null says the same: some SDKs send it for whatever they are not given. */
export const orElse = <const T extends z.ZodMiniType>(shape: T, usual: z.output<T>) =>
  z
    .pipe(
      z.nullish(shape),
      z.transform((value) => value ?? structuredClone(usual)),
    )
    .check(z.meta({ default: usual }));

/** A field of a change: left out it stays, null empties it. */
export const orEmpty = <const T extends z.ZodMiniType>(shape: T, empty: z.output<T>) =>
  z.optional(
    z.pipe(
      z.nullable(shape),
      z.transform((value) => value ?? structuredClone(empty)),
    ),
  );

/** The caller's own identifier. It can stand wherever an id is taken, so it must not look like one. */
export const uid = z.string().check(
  z.minLength(1),
  z.maxLength(256),
  word,
  z.refine((text) => !/^(app|ep|msg)_/.test(text), "must not start with app_, ep_ or msg_"),
  addressable,
  z.meta({ description: "Your own identifier, unique where it stands, usable instead of the id.", examples: ["unique-identifier"] }),
);

/** An id of Svix's making: a prefix, and a KSUID as 27 digits of base 62. */
export const formerId = (prefix: "app" | "ep" | "msg") =>
  z.string().check(
    z.regex(new RegExp(`^${prefix}_[0-9A-Za-z]{27}$`), `must be ${prefix}_ and 27 letters or digits`),
    z.meta({
      description: "The id that it had on the server from which it is moved.",
      examples: [`${prefix}_1srOrx2ZWZBpBUvZwXKQmoEYga2`],
    }),
  );

export const eventTypeName = z
  .string()
  .check(z.minLength(1), z.maxLength(256), word, z.meta({ description: "An event type's name.", examples: ["invoice.paid"] }));

export const channel = z
  .string()
  .check(
    z.minLength(1),
    z.maxLength(128),
    word,
    z.meta({ description: "A free-form word that endpoints can filter by.", examples: ["project_1337"] }),
  );

export const tag = z.string().check(
  z.minLength(1),
  z.maxLength(128),
  // oxlint-disable-next-line no-control-regex -- refusing them is the point
  z.regex(/^[^\u0000-\u001f\u007f,]+$/, "must not hold commas or control characters"),
  z.meta({ description: "A free-form word to find messages by.", examples: ["my_tag"] }),
);

export const plainText = z.string().check(z.refine((text) => !controlCharacters.test(text), "must not contain control characters"));

export const metadata = z.record(z.string(), z.string()).check(
  z.refine((value) => new TextEncoder().encode(JSON.stringify(value)).length <= 4096, "must be at most 4096 bytes as JSON"),
  z.meta({ description: "Your own notes: strings only, 4096 bytes as JSON.", examples: [{ plan: "enterprise" }] }),
);

export const throttleRate = z
  .int()
  .check(z.gte(1), z.lte(65_535), z.meta({ description: "At most this many messages a second.", examples: [100] }));

export const rateLimit = z
  .int()
  .check(z.gte(1), z.lte(65_535), z.meta({ description: "The older name of throttleRate.", deprecated: true }));

export const featureFlag = z.string().check(z.minLength(1), z.maxLength(256), word);

/** Whether a moment lies in the years that PostgreSQL and JavaScript both know. */
const isInRange = (text: string): boolean => {
  const year = new Date(text).getUTCFullYear();
  return year >= 1 && year <= 9999;
};

/** RFC 3339, with an offset. Of a text that is none nothing else is told. */
export const moment = z.iso.datetime({ offset: true, abort: true }).check(
  z.refine((text) => isInRange(text), "must be a moment of the years 1 to 9999"),
  z.meta({ examples: ["2026-11-23T08:00:00Z"] }),
);

export const headerMap = z.record(z.string(), z.string());

export const order = z.enum(["ascending", "descending"]);

const limit = z._default(z.int().check(z.gte(1), z.lte(250)), 50).check(z.meta({ description: "At most this many, up to 250." }));
const iterator = z.nullish(z.string()).check(z.meta({ description: "The `iterator` or `prevIterator` of another page." }));

/** The query of every list. */
export const paging = { limit, iterator };

export const before = z.nullish(moment).check(z.meta({ description: "Only what was created before this moment." }));
export const after = z.nullish(moment).check(z.meta({ description: "Only what was created at this moment or later." }));
export const withContent = z._default(z.boolean(), true).check(
  z.meta({
    description:
      "False leaves payloads and responses out. With them a page ends after 4 MiB of payloads, or 16 as they are shown, maybe before its limit: `done` tells whether there are more.",
  }),
);

/** Event types in a query: `a,b`, repeated, `event_types[]` and `event_types[0]` are all understood. */
export const eventTypesQuery = z.nullish(z.array(eventTypeName)).check(z.meta({ description: "Only these event types." }));

/** Whether a file in CSV begins with a byte order mark. */
export const bom = z
  ._default(z.boolean(), true)
  .check(z.meta({ description: "CSV begins with a byte order mark, which Excel needs to read UTF-8. False: without it." }));

/** A page: `iterator` leads on, `prevIterator` back. */
export const pageOf = <T extends z.ZodMiniType>(id: string, element: T) =>
  z
    .object({
      data: z.array(element),
      iterator: z.nullable(z.string()),
      prevIterator: z.optional(z.nullable(z.string())),
      done: z.boolean().check(z.meta({ description: "Nothing lies further in this direction." })),
    })
    .check(z.meta({ id }));

export const HttpErrorOut = z
  .object({ code: z.string(), detail: z.string() })
  .check(z.meta({ id: "HttpErrorOut", examples: [{ code: "not_found", detail: "Not found" }] }));

const ValidationErrorItem = z
  .object({ loc: z.array(z.string()), msg: z.string(), type: z.string() })
  .check(z.meta({ id: "ValidationErrorItem", examples: [{ loc: ["body", "url"], msg: "must be a URL", type: "value_error" }] }));

export const HTTPValidationError = z.object({ detail: z.array(ValidationErrorItem) }).check(z.meta({ id: "HTTPValidationError" }));

export const EmptyResponse = z.object({}).check(z.meta({ id: "EmptyResponse" }));

/** A JSON object of any content. */
export const anyObject = z.unknown().check(
  z.refine(isRecord, {
    error: ({ input }) => `${input === undefined ? "is missing: it " : ""}must be a JSON object`,
  }),
  z.meta({ override: { type: "object", additionalProperties: true } }),
);

export const deleted = { 204: { description: "Done; no content" } } as const;

export type Page<T> = { data: T[]; iterator: string | null; prevIterator?: string; done: boolean };
