/** What few messages have: the statement for the rest is shorter (acceptStatement.ts). */
import { packTraceContext, type TraceContext } from "../../../traceContext.ts";
import { plainArray, textArray } from "../parameters.ts";
import type { Column } from "./acceptStatement.ts";

export type RarePart = {
  /** Messages with the same key go in order; absent: in none. */
  orderingKey?: string | null;
  /** What the sender says of the message beside the payload; absent: nothing. */
  metadata?: Record<string, string> | null;
  /** The line that each delivery stands in, parallel to `endpointIds`. Absent: none stands in one. Not with `deliverAt`. */
  orderKeys?: (string | null)[] | null;
  /** Whether the application has polling endpoints. */
  polled?: boolean;
  /** The trace that its deliveries are a part of; absent: none. */
  trace?: TraceContext | null;
  /** What goes along with it, sealed; absent: nothing, or what its received request says. */
  sealedForward?: Buffer;
};

export const hasRare = ({ orderingKey, orderKeys, polled, metadata, trace, sealedForward }: RarePart): boolean =>
  orderingKey !== undefined ||
  orderKeys !== undefined ||
  polled === true ||
  Boolean(metadata) ||
  Boolean(trace) ||
  sealedForward !== undefined;

/** What they add to `input`. */
export const rareColumns = (messages: readonly RarePart[]): Column[] => [
  ["orderingKey", "text", textArray(messages.map(({ orderingKey }) => orderingKey ?? null))],
  ["metadata", "text", textArray(messages.map(({ metadata }) => (metadata ? JSON.stringify(metadata) : null)))],
  ["traceHex", "text", plainArray(messages.map(({ trace }) => (trace ? packTraceContext(trace).toString("hex") : null)))],
  ["forwardHex", "text", plainArray(messages.map(({ sealedForward }) => sealedForward?.toString("hex") ?? null))],
];
