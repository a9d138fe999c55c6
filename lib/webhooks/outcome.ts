import type { AttemptNote } from "../words/attemptNote.ts";
import type { ErrorClass } from "../words/errorClass.ts";

/** The ways in which an attempt gets no answer. */
export type FailureClass = Exclude<ErrorClass, "status" | "transformation_cancelled">;

/**
 * How long the steps of an attempt took, milliseconds. Null: there was no such step, or it was not reached. A connection
 * that was open already needs neither `dnsMs` nor `tcpMs`; an address instead of a name needs no `dnsMs`.
 */
export type Timings = {
  dnsMs: number | null;
  tcpMs: number | null;
  tlsMs: number | null;
  /** The time from the open connection to the answer's status and headers. */
  firstByteMs: number | null;
};

/** The outcome of one HTTP request. A receiver's failure is a value; it is never thrown. */
export type Outcome =
  | {
      kind: "answered";
      statusCode: number;
      /** Names in lower case; repeated headers joined by ", ". */
      headers: Record<string, string>;
      /** The first bytes as text, unpacked, in whatever charset they came, the undecodable replaced; holds no NUL. */
      body: string;
      /** The body's bytes as they came; absent where they are the text's UTF-8, or may hold what is struck out there. */
      bytes?: Buffer | undefined;
      durationMs: number;
      timings?: Timings | undefined;
      notes?: readonly AttemptNote[] | undefined;
    }
  | {
      kind: "unreachable";
      errorClass: FailureClass;
      /** Says why, for the endpoint's owner; never names an internal address. */
      detail: string;
      durationMs: number;
      /** The time of each step. Undefined: no connection was asked for. */
      timings?: Timings | undefined;
      notes?: readonly AttemptNote[] | undefined;
    };

export const isSuccess = (outcome: Outcome): boolean =>
  outcome.kind === "answered" && outcome.statusCode >= 200 && outcome.statusCode < 300;

/** The class of an outcome's error. Null for a success. */
export function errorClassOf(outcome: Outcome): ErrorClass | null {
  if (outcome.kind === "unreachable") return outcome.errorClass;
  return isSuccess(outcome) ? null : "status";
}
