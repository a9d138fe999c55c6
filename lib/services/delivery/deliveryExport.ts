/** The log as a file, row by row as it is read: CSV (RFC 4180) for spreadsheets, or one JSON object a line. */
import { Readable } from "node:stream";
import type { Actor } from "../../actor.ts";
import type { DeliveryOut, DeliveryQuery } from "../../contract/delivery.ts";
import { prisma } from "../../db/client.ts";
import { type LogFilter, type LogPlace, type LogRow, readLog } from "../../db/sql/log/log.ts";
import { log } from "../../log.ts";
import type { Whose } from "../../turns.ts";
import { recordAudit } from "../audit/audit.ts";
import { csvHead, csvLine } from "../shared/csv.ts";
import { readOfMany } from "../shared/requestTurns.ts";
import { filterOfQuery, resolve, showAll } from "./deliveryLog.ts";

/** `bom`: CSV with a byte order mark. */
type ExportForm = { format: "csv" | "ndjson"; bom: boolean };

/** The most rows of a file, more than anybody reads; a narrower filter, or the API, page by page, gets at the rest. */
export const maximumRows = 100_000;
const rowsTogether = 1_000;

/** Throws `not_found` before anything is sent. */
export async function openExport(actor: Actor, query: DeliveryQuery, form: ExportForm): Promise<() => ReadableStream<Uint8Array>> {
  const filter = await resolve(actor, filterOfQuery(query));
  await recordAudit(actor, prisma(), "delivery.exported", actor.applicationId ?? actor.environmentId, { format: form.format });
  const whose = { tenant: actor.environmentId, owner: actor.id };
  return () => Readable.toWeb(Readable.from(partsOf(filter, form, whose))) as ReadableStream<Uint8Array>;
}

const encoder = new TextEncoder();

async function* partsOf(filter: LogFilter | null, { format, bom }: ExportForm, whose: Whose): AsyncGenerator<Uint8Array> {
  if (format === "csv") yield encoder.encode(csvHead(columns, bom));
  let place: LogPlace | null = null;
  if (filter === null) return;
  let left = maximumRows;
  try {
    while (left > 0) {
      const limit = Math.min(rowsTogether, left);
      const after = place;
      const rows: LogRow[] = await readOfMany(whose, () => readLog({ filter, place: after, down: true, limit }));
      const shown = await showAll(rows);
      if (shown.length > 0) yield encoder.encode(shown.map(format === "csv" ? lineOf : jsonLine).join(""));
      left = rows.length < limit ? 0 : left - rows.length;
      place = rows.at(-1) ?? null;
    }
  } catch (error) {
    // The status is sent already: a file that breaks off is all that can be said.
    log.warn({ error: (error as Error).message }, "delivery_export.failed");
    throw error;
  }
}

const columns = [
  "messageId",
  "eventId",
  "eventType",
  "status",
  "attemptCount",
  "maxAttempts",
  "lastStatusCode",
  "lastErrorClass",
  "lastDurationMs",
  "lastAttemptAt",
  "nextAttemptAt",
  "createdAt",
  "applicationId",
  "applicationUid",
  "applicationName",
  "endpointId",
  "endpointUid",
  "endpointUrl",
  "endpointDescription",
] as const satisfies (keyof DeliveryOut)[];

const jsonLine = (row: DeliveryOut): string => `${JSON.stringify(row)}\n`;
const lineOf = (row: DeliveryOut): string => csvLine(columns.map((column) => row[column]));
