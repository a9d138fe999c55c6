/** Of which trace something is a part, as W3C Trace Context (level 2) has it: in headers, and in as few bytes as it can be kept. */

export type TraceContext = {
  /** 32 and 16 hex digits in lower case. */
  traceId: string;
  spanId: string;
  /** Whether whoever began the trace records it. */
  sampled: boolean;
  /** What tracing systems say of it among themselves (tracestate); empty: nothing. */
  state: string;
};

const traceparent = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** What the headers of a request say; null: nothing, or nothing that is valid. A tracestate that is not is left out. */
export function readTraceContext(parent: string | undefined, state: string | undefined): TraceContext | null {
  if (parent === undefined) return null;
  const [, version = "ff", traceId = "", spanId = "", flags = "", more] = traceparent.exec(parent.trim()) ?? [];
  // A version of the future may say more behind the flags, and "00" may not.
  if (version === "ff" || (version === "00" && more !== undefined) || /^0*$/.test(traceId) || /^0*$/.test(spanId)) return null;
  const said = state?.trim() ?? "";
  const isFit = said.length <= mostStateLetters && /^[\u0020-\u007e]*$/.test(said);
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1, state: isFit ? said : "" };
}

/** Section 3.3.1.5: at least so much is passed on. */
const mostStateLetters = 512;

/** Headers that say it, names and values in turns. */
export function traceHeadersOf({ traceId, spanId, sampled, state }: TraceContext): string[] {
  const parent = ["traceparent", `00-${traceId}-${spanId}-${sampled ? "01" : "00"}`];
  return state === "" ? parent : [...parent, "tracestate", state];
}

/** 25 bytes (trace, span, flags) and the state. */
export const packTraceContext = ({ traceId, spanId, sampled, state }: TraceContext): Buffer =>
  Buffer.concat([Buffer.from(traceId + spanId, "hex"), Buffer.from([sampled ? 1 : 0]), Buffer.from(state, "latin1")]);

/** Null for null, and for what is no packed one. */
export function unpackTraceContext(bytes: Buffer | null): TraceContext | null {
  if (bytes === null || bytes.length < 25) return null;
  return {
    traceId: bytes.toString("hex", 0, 16),
    spanId: bytes.toString("hex", 16, 24),
    sampled: bytes[24] === 1,
    state: bytes.toString("latin1", 25),
  };
}
