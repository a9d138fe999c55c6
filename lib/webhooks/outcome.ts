/** Why an attempt did not succeed. A closed list: metrics and pages count by it. */
export type ErrorClass =
  /** Answered, but not with 2xx. */
  | "status"
  /** The attempt's total deadline passed. */
  | "timeout"
  /** The name does not exist. */
  | "dns"
  /** Our own resolver does not answer. */
  | "dns_unavailable"
  /** Nobody listens, or no route. */
  | "refused"
  /** The connection broke off. */
  | "reset"
  /** No trusted encrypted connection. */
  | "tls"
  /** The address is one that Webster does not connect to. */
  | "address"
  /** The answer was not HTTP, or broke its limits. */
  | "protocol"
  /** The request could not be made from the endpoint's URL and headers. */
  | "request"
  /** What the endpoint's owner gave to prove who is sending can't be used, or no access token could be had. */
  | "authentication"
  /** The endpoint's transformation failed, or what it made can't be sent. */
  | "transformation"
  /** The endpoint's transformation cancelled the delivery; no request was made. */
  | "transformation_cancelled"
  /** Our own fault. */
  | "internal";

/** Of an attempt that got no answer. */
export type FailureClass = Exclude<ErrorClass, "status" | "transformation_cancelled">;

/**
 * How long the steps of an attempt took, milliseconds. Null: there was no such step, or it was not reached. A connection
 * that was open already needs neither `dnsMs` nor `tcpMs`; an address instead of a name needs no `dnsMs`.
 */
export type Timings = {
  dnsMs: number | null;
  tcpMs: number | null;
  tlsMs: number | null;
  /** From the open connection to the answer's status and headers. */
  firstByteMs: number | null;
};

/**
 * What else there is to say of an attempt. The status counts as soon as it and its headers are there: whatever becomes of the
 * body after them is a note.
 */
export type AttemptNote =
  /** The connection ended before the body did. */
  | "body_broken_off"
  /** The body had not ended when the attempt's time was over. */
  | "body_timed_out"
  /** The body was not as HTTP frames it: a bad chunk, or one where there is none. */
  | "body_malformed"
  /** It went on beyond what is read. */
  | "body_left_unread"
  /** Not all headers were kept. */
  | "headers_cut"
  /** A connection that was kept open turned out to be closed; the request was made once more, on a new one. */
  | "reconnected";

/** What one HTTP request came to. A receiver's failure is a value; it is never thrown. */
export type Outcome =
  | {
      kind: "answered";
      statusCode: number;
      /** Names in lower case; repeated headers joined by ", ". */
      headers: Record<string, string>;
      /** The first bytes as text, unpacked, in whatever charset they came, the undecodable replaced; holds no NUL. */
      body: string;
      /** As they came; absent where they are the text's UTF-8, or may hold what is struck out there. */
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
      /** Undefined: no connection was asked for. */
      timings?: Timings | undefined;
      notes?: readonly AttemptNote[] | undefined;
    };

export const isSuccess = (outcome: Outcome): boolean =>
  outcome.kind === "answered" && outcome.statusCode >= 200 && outcome.statusCode < 300;

/** Null for a success. */
export function errorClassOf(outcome: Outcome): ErrorClass | null {
  if (outcome.kind === "unreachable") return outcome.errorClass;
  return isSuccess(outcome) ? null : "status";
}
