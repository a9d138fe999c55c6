/** Values that no API gives back, in a file of yours: headers with credentials, private keys, sources' secrets. */
import { readFileSync } from "node:fs";
import * as z from "zod/mini";
import { Fatal } from "./faults.ts";

const texts = z.record(z.string(), z.string());

const shape = z.strictObject({
  /** Headers and keys by the endpoint's old id or its uid. */
  endpoints: z._default(z.record(z.string(), z.strictObject({ headers: z._default(texts, {}), secret: z.optional(z.string()) })), {}),
  /** The config by the source's old id, its uid or its name. */
  sources: z._default(z.record(z.string(), z.strictObject({ config: z.record(z.string(), z.unknown()) })), {}),
});
export type Values = z.output<typeof shape>;

export const noValues: Values = { endpoints: {}, sources: {} };

export function readValues(path: string): Values {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new Fatal(`${path} can't be read as JSON: ${(cause as Error).message}.`, remedy, cause);
  }
  const read = shape.safeParse(value);
  if (read.success) return read.data;
  throw new Fatal(`${path}: ${read.error.issues.map(({ path: place, message }) => `${place.join(".")} ${message}`).join("; ")}.`, remedy);
}

const remedy =
  'It looks so: {"endpoints": {"ep_…": {"headers": {"Authorization": "Bearer …"}}}, "sources": {"src_…": {"config": {"secret": "…"}}}}';
