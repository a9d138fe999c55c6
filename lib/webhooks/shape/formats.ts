/** Formats of texts that JSON Schema has a name for, each told strictly: what has it here has it for every validator. */
const formats: readonly [name: string, test: RegExp][] = [
  [
    "date-time",
    /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:0\d|1[0-3]):[0-5]\d)$/,
  ],
  ["date", /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])$/],
  ["uuid", /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i],
  ["uri", /^https?:\/\/[a-z\d-]+(?:\.[a-z\d-]+)+(?:\/[\w~./-]*)?$/i],
];

/** The last days of months, which few payloads have, count as the days before them. */
const anyDay = (text: string): string =>
  text.replace(/^(\d{4}-(?:0[13578]|1[02])-)(?:29|30|31)(?=T|$)/, "$128").replace(/^(\d{4}-(?:0[469]|11)-)(?:29|30)(?=T|$)/, "$128");

/** Null: a text like any other. */
export const formatOf = (text: string): string | null =>
  text.length > 300 ? null : (formats.find(([, test]) => test.test(anyDay(text)))?.[0] ?? null);
