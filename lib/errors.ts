/** Every error that a client can be told about. The API turns it into `{code, detail}` with its status. */

export const statusByCode = {
  bad_request: 400,
  invalid_iterator: 400,
  authentication_failed: 401,
  forbidden: 403,
  /** The session must show a password or factor anew: POST /api/v1/profile/proof. */
  proof_required: 403,
  /** The organization asks for a second factor, and the session has shown none. */
  second_factor_required: 403,
  not_found: 404,
  not_offered: 404,
  request_timeout: 408,
  conflict: 409,
  payload_too_large: 413,
  unsupported_media_type: 415,
  validation_error: 422,
  rate_limited: 429,
  internal_error: 500,
  unavailable: 503,
} as const;

export type ErrorCode = keyof typeof statusByCode;

/** One fault of the input: `loc` starts with "body", "query" or "path", then names the field; a number is a place in a list. */
export type Issue = { loc: (string | number)[]; msg: string; type: string };

export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: ErrorCode;
  readonly issues: Issue[];
  /** Seconds, for the Retry-After header. */
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, detail: string, options: { issues?: Issue[]; retryAfterSeconds?: number; cause?: unknown } = {}) {
    super(detail, { cause: options.cause });
    this.code = code;
    this.issues = options.issues ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  get status(): number {
    return statusByCode[this.code];
  }
}

export const notFound = (detail = "Not found"): AppError => new AppError("not_found", detail);

/** A fault of one field, for what a schema alone can't see. `loc` as in Issue. */
export const invalid = (loc: (string | number)[], msg: string, type = "value_error"): AppError =>
  new AppError("validation_error", msg, { issues: [{ loc, msg, type }] });
