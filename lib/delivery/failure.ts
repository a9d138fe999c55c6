/** What an error of the HTTP client says about the attempt, in words that name no address. */
import type { FailureClass } from "../webhooks/outcome.ts";
import type { AttemptNote } from "../words/attemptNote.ts";
import { forbiddenAddressCode, proxyFaultCode } from "../egress.ts";
import { isTlsFault, tlsFaultWords } from "../tlsFault.ts";

export type Failure = { errorClass: FailureClass; detail: string };

/** The classes that an error of the HTTP client can have. */
type ClientFailureClass = Exclude<FailureClass, "transformation" | "authentication">;

export const timeoutFailure = (timeoutMs: number): Failure => ({
  errorClass: "timeout",
  detail: `No complete response within ${timeoutMs / 1000} seconds`,
});

export const unresolvedFailure = (timeoutMs: number): Failure => ({
  errorClass: "dns_unavailable",
  detail: `The host name could not be resolved within ${timeoutMs / 1000} seconds`,
});

/** How far an attempt had come: a connection whose encryption was being agreed on, nothing of an answer, something of it, all of its headers. */
export type Progress = "handshake" | "none" | "head" | "body";

export function failureOf(error: unknown, progress: Progress): Failure {
  const code = codeOf(error);
  const detail = malformedBy(error, code, progress);
  if (detail !== null) return { errorClass: "protocol", detail };
  const errorClass = isParserError(error) ? "reset" : classOf(code);
  if (errorClass === "reset") return { errorClass, detail: brokenOff[progress] };
  return { errorClass, detail: detailOf(errorClass, code === "UNSPECIFIED" ? (error as Error).message : code) };
}

/** The note about an error that broke the body of an answer whose status is known. Null: the error is not one of the body. */
export function bodyNoteOf({ errorClass }: Failure): AttemptNote | null {
  if (errorClass === "timeout") return "body_timed_out";
  if (errorClass === "reset" || errorClass === "tls") return "body_broken_off";
  return errorClass === "protocol" ? "body_malformed" : null;
}

const isParserError = (error: unknown): error is Error & { data?: string } => error instanceof Error && error.name === "HTTPParserError";

const notHttp = "The response was not valid HTTP";

/** What the answer should not have been, as far as undici tells it. Null: nothing was wrong with what came. */
function malformedBy(error: unknown, code: string, progress: Progress): string | null {
  // undici gives no code when the connection ends in the middle of an answer that would have ended by itself.
  if (isParserError(error)) return /\bEOF\b/.test(error.message) ? null : `${notHttp}${parsersWords(error)}${spokenInstead(error)}`;
  if (code === "UND_ERR_HEADERS_OVERFLOW") return "The response's headers were too large";
  if (progress !== "head") return null;
  // Before the headers have ended this stands for whatever was wrong after a first Content-Length.
  if (code === "UND_ERR_RES_CONTENT_LENGTH_MISMATCH") return `${notHttp}: its headers break the rules, such as by a second Content-Length`;
  const isUpgrade = code === "UND_ERR_SOCKET" && (error as Error).message === "bad upgrade";
  return isUpgrade ? "The response went over to another protocol (101), which nobody had asked for" : null;
}

/** llhttp's own for what was wrong, ` (Invalid header token)`: a fixed list, with nothing of the answer in it. */
const parsersWords = ({ message }: Error): string => / \([^()]*\)$/.exec(message)?.[0] ?? "";

/** What the port speaks in place of HTTP/1.1, by how that begins. A frame of settings is HTTP/2's (RFC 9113, section 3.4), 21 an alert of TLS. */
const otherProtocols: [isSpoken: (data: string) => boolean, words: string][] = [
  [(data) => data.startsWith("\0\0") && data.startsWith("\u0004\0", 3), "the receiver takes HTTP/2 only, and webhooks come by HTTP/1.1"],
  [(data) => data.startsWith("\u0015\u0003"), "the port is one of https://"],
  [(data) => data.startsWith("SSH-"), "the port is one of SSH"],
  [(data) => /^220[ -]/.test(data), "the port is one of mail or FTP"],
];

function spokenInstead({ data = "" }: { data?: string }): string {
  const words = otherProtocols.find(([isSpoken]) => isSpoken(data))?.[1];
  return words === undefined ? "" : `: ${words}`;
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  const { code } = error as { code?: unknown };
  return typeof code === "string" ? code : "";
}

const classes: Record<string, ClientFailureClass> = {
  ECONNREFUSED: "refused",
  EHOSTUNREACH: "refused",
  ENETUNREACH: "refused",
  EHOSTDOWN: "refused",
  EADDRNOTAVAIL: "refused",
  EACCES: "refused",
  ENOTFOUND: "dns",
  ENODATA: "dns",
  EAI_AGAIN: "dns_unavailable",
  EAI_FAIL: "dns_unavailable",
  EAI_SYSTEM: "dns_unavailable",
  EAI_MEMORY: "dns_unavailable",
  ECONNRESET: "reset",
  ECONNABORTED: "reset",
  EPIPE: "reset",
  UND_ERR_SOCKET: "reset",
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: "reset",
  UND_ERR_DESTROYED: "reset",
  ETIMEDOUT: "timeout",
  UND_ERR_CONNECT_TIMEOUT: "timeout",
  UND_ERR_INVALID_ARG: "request",
  UND_ERR_NOT_SUPPORTED: "request",
  UND_ERR_REQ_CONTENT_LENGTH_MISMATCH: "request",
  ERR_INVALID_URL: "request",
  [forbiddenAddressCode]: "address",
  [proxyFaultCode]: "proxy",
};

function classOf(code: string): ClientFailureClass {
  const known = classes[code];
  if (known !== undefined) return known;
  return isTlsFault(code) ? "tls" : "internal";
}

const cutOff = "The connection broke off before the response was complete";

const brokenOff: Record<Progress, string> = {
  handshake: "The connection was closed during the TLS handshake",
  none: "The connection was closed before anything of a response came",
  head: cutOff,
  body: cutOff,
};

/** `what`: the error's code, or its message where the code says nothing. */
function detailOf(errorClass: Exclude<ClientFailureClass, "reset">, what: string): string {
  switch (errorClass) {
    case "timeout":
      return "No connection in time";
    case "dns":
      return "The host name does not exist, or has no address";
    case "dns_unavailable":
      return "The host name could not be resolved at the moment";
    case "refused":
      return what === "ECONNREFUSED"
        ? "The connection was refused: nothing listens at this port"
        : "The host can't be reached: no route leads to its address";
    case "tls":
      return `${tlsFaultWords(what) ?? "No trusted TLS connection"} (${what})`;
    case "address":
      return "The host's address is one that Webster does not connect to";
    case "protocol":
      return notHttp;
    case "proxy":
      return "The proxy by which webhooks leave did not let the request through, or can't be reached";
    case "request":
      return "The request could not be made from the endpoint's URL and headers";
    case "internal":
      return "Webster failed to make the attempt";
  }
}
