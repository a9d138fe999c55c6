/** From an exception to an answer: `{code, detail}`, and 422 as `{detail: [{loc, msg, type}]}`. */
import { AppError, type ErrorCode, type Issue, statusByCode } from "../errors.ts";
import { log } from "../log.ts";
import { warnSeldom } from "../seldom.ts";

export type ErrorAnswer = { status: number; body: { code?: ErrorCode; detail: unknown }; retryAfterSeconds: number | undefined };

const retryAfterSeconds = 1;

/** `logFields`: what a line of the log says beside. */
export function answerTo(error: unknown, requestId: string, logFields = {}): ErrorAnswer {
  const known = error instanceof AppError ? error : isAppError(error) ? error : translate(error, { requestId, ...logFields });
  if (known.code === "validation_error") return { status: 422, body: { detail: issuesOf(known) }, retryAfterSeconds: undefined };
  const retryAfter = known.retryAfterSeconds ?? (known.code === "unavailable" ? retryAfterSeconds : undefined);
  return { status: statusByCode[known.code], body: { code: known.code, detail: known.message }, retryAfterSeconds: retryAfter };
}

// Next.js bundles a copy of AppError of its own, of which ours is no instance.
const isAppError = (error: unknown): error is AppError =>
  error instanceof Error && error.name === "AppError" && Object.hasOwn(statusByCode, (error as AppError).code);

function issuesOf(error: AppError): { loc: string[]; msg: string; type: string }[] {
  const issues: Issue[] = error.issues.length > 0 ? error.issues : [{ loc: ["body"], msg: error.message, type: "value_error" }];
  return issues.map(({ loc, msg, type }) => ({ loc: loc.map(step), msg, type }));
}

/** A step of a field's place, as Svix writes it: `["body", "messages", "[0]", "eventType"]`. */
const step = (part: string | number): string => (typeof part === "number" ? `[${part}]` : part);

/** An error of the database in our words; every other error is a defect of ours, told to the log alone. */
function translate(error: unknown, where: { requestId: string }): AppError {
  const codes = codesOf(error);
  if (codes.some((code) => unavailable.test(code)) || isConnectionTrouble(error) || isOfConnecting(error)) {
    warnSeldom("api.database_unavailable", codes[0] ?? "", { ...where, codes, error: messageOf(error) });
    return new AppError("unavailable", "The database is not available at the moment", { retryAfterSeconds });
  }
  if (codes.some((code) => code === "P2002" || code === "23505")) return new AppError("conflict", "It exists already");
  if (codes.some((code) => code === "P2025")) return new AppError("not_found", "Not found");
  if (codes.some((code) => code === "P2003" || code === "23503")) return new AppError("not_found", "Not found");
  if (codes.some((code) => unstorable.test(code)))
    return new AppError(
      "validation_error",
      "The request holds text or numbers that can't be stored: NUL, half a surrogate pair, or a number or moment out of range",
    );
  log.error({ ...where, error: messageOf(error), stack: error instanceof Error ? error.stack : undefined }, "api.failed");
  return new AppError("internal_error", `Something went wrong on our side; it is in the log as ${where.requestId}`);
}

/**
 * SQLSTATE classes (PostgreSQL manual, appendix A): 08 connection, 28 and 3D not let in, 53 no resources, 55 not ready,
 * 57 operator intervention, 58 I/O, 40 rolled back, 25006 read-only; node's network errors; Prisma's P1xxx, P2024 (pool), P2028 (transaction), P2034 (deadlock).
 */
const unavailable =
  /^(08...|28...|3D000|53...|55...|57...|58...|40...|25006|E(?:CONN|HOST|NET).*|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|ENOENT|P10..|P2024|P2028|P2034|P2037)$/;

// Text with NUL, jsonb with lone surrogates, numbers and dates out of range, nesting beyond the stack.
const unstorable = /^(22...|54...)$/;

/** The error's code, and those of what caused it. */
function codesOf(error: unknown): string[] {
  const codes: string[] = [];
  let current: unknown = error;
  for (let depth = 0; depth < 5 && typeof current === "object" && current !== null; depth++) {
    const { code, originalCode, cause, meta } = current as { code?: unknown; originalCode?: unknown; cause?: unknown; meta?: unknown };
    for (const value of [code, originalCode]) if (typeof value === "string") codes.push(value);
    current = cause ?? (meta as { driverAdapterError?: unknown } | undefined)?.driverAdapterError;
  }
  return codes;
}

const isConnectionTrouble = (error: unknown): boolean =>
  /timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error|Query read timeout|Cannot use a pool after calling end|DatabaseNotReachable|ConnectionClosed|SocketTimeout/i.test(
    messageOf(error),
  );

/** Which code a connection fails with that can't be begun depends on routes and firewalls: that it can't is enough. */
function isOfConnecting(error: unknown): boolean {
  const { syscall, cause } = Object(error) as { syscall?: unknown; cause?: unknown };
  return syscall === "connect" || syscall === "getaddrinfo" || (cause !== undefined && isOfConnecting(cause));
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
