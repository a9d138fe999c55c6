/** The browser's way to the API: the session's cookie, the environment of the address, errors as values to show. */

import { noteAnswer } from "./away.ts";
import { lookedAt } from "./lookedAt.ts";
import { hearServer } from "./ui/clock.ts";

/** `loc`: "body", "query" or "path", then the field. `type`: what kind of fault it is, as the API names it. */
export type ApiIssue = { loc: string[]; msg: string; type: string };

export class ApiError extends Error {
  override readonly name = "ApiError";
  /** The HTTP status; 0: there was no answer. */
  declare readonly status: number;
  declare readonly code: string;
  declare readonly detail: string;
  declare readonly issues: ApiIssue[];
  declare readonly requestId: string | null;
  /** How long to wait, from the Retry-After header, in seconds; null: not said. */
  declare readonly retryAfterSeconds: number | null;

  constructor(answer: Pick<ApiError, "status" | "code" | "detail" | "issues" | "requestId" | "retryAfterSeconds">) {
    super(answer.detail);
    Object.assign(this, answer);
  }
}

type QueryValue = string | number | boolean | readonly string[] | null | undefined;
export type Query = Record<string, QueryValue>;

/** `read`: of the answer's text, in place of JSON.parse, which rounds numbers. */
type Options = { query?: Query; signal?: AbortSignal; read?: (answer: string) => unknown };
/** `bodyText`: the body as JSON already, where its spelling matters. `key`: the Idempotency-Key. */
export type OptionsWithBody = Options & { body?: unknown; bodyText?: string; key?: string };

/** Paths stand below /api/v1 and start with a slash. Throws `ApiError`, and what `signal` was aborted with. */
export const api = {
  get: <T>(path: string, options: Options = {}) => call<T>("GET", path, options),
  post: <T>(path: string, options: OptionsWithBody = {}) => call<T>("POST", path, options),
  put: <T>(path: string, options: OptionsWithBody = {}) => call<T>("PUT", path, options),
  patch: <T>(path: string, options: OptionsWithBody = {}) => call<T>("PATCH", path, options),
  delete: <T = null>(path: string, options: OptionsWithBody = {}) => call<T>("DELETE", path, options),
};

/** The address of an operation, for links to exports and for event streams, which can't set headers. */
export function apiUrl(path: string, query: Query = {}): string {
  const search = searchOf({ environment: environmentOf(window.location.pathname), ...query });
  return `/api/v1${path}${search}`;
}

/** `/org_…/env_…/…` → `env_…`. */
export const environmentOf = (pathname: string): string | null => /^\/org_\w+\/(env_\w+)(?:\/|$)/.exec(pathname)?.[1] ?? null;

/** The pages of the portal: the API takes their cookie then, and not that of a member in the same browser. */
export const isPortal = (pathname: string): boolean => pathname === "/portal" || pathname.startsWith("/portal/");

/** The application that the page of the portal shows, whosever cookie the browser has by now; "1": none yet. */
const portalApplication = (): string => document.querySelector<HTMLElement>("[data-portal]")?.dataset["portal"] ?? "1";

async function call<T>(method: string, path: string, options: OptionsWithBody): Promise<T> {
  // What changes something is for a page that somebody looks at: a visit, a link that works once.
  if (method !== "GET") await lookedAt();
  const { query = {}, body, bodyText, key, signal, read = JSON.parse } = options;
  const environment = environmentOf(window.location.pathname);
  const headers: Record<string, string> = { accept: "application/json" };
  if (environment !== null) headers["webster-environment"] = environment;
  if (isPortal(window.location.pathname)) headers["webster-portal"] = portalApplication();
  // The API takes a session's changes as JSON only, so that no form of another site can make one.
  if (method !== "GET") headers["content-type"] = "application/json";
  const text = bodyText ?? (body === undefined ? null : JSON.stringify(body));
  if (key !== undefined) headers["idempotency-key"] = key;
  let response: Response;
  let answer: string;
  try {
    response = await fetch(`/api/v1${path}${searchOf(query)}`, { method, headers, body: text, signal: signal ?? null });
    noteAnswer(response.status);
    hearServer(response.headers.get("date"));
    answer = await response.text();
  } catch (error) {
    if (signal?.aborted) throw error;
    noteAnswer(0);
    throw unreachable();
  }
  if (!response.ok) throw refused(response, answer);
  // The page of something in between, such as a sign-in.
  if (answer[0] === "<") throw unreachable();
  return (answer === "" ? null : await read(answer)) as T;
}

/** "" or "?…". */
export function searchOf(query: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === null || value === undefined || value === "") continue;
    for (const one of Array.isArray(value) ? (value as readonly string[]) : [value]) search.append(name, String(one));
  }
  const text = search.toString();
  return text === "" ? "" : `?${text}`;
}

const unreachable = () =>
  new ApiError({
    status: 0,
    code: "unreachable",
    detail: isPortal(window.location.pathname)
      ? "The portal could not be reached. Check your connection."
      : "Webster could not be reached. Check your connection, and that it is running.",
    issues: [],
    requestId: null,
    retryAfterSeconds: null,
  });

/** A place in a list, `[0]`, as forms name it: `0`. */
const named = (step: string): string => /^\[(\d+)\]$/.exec(step)?.[1] ?? step;

function refused(response: Response, text: string): ApiError {
  const answer = parse(text) as { code?: unknown; detail?: unknown } | null;
  const issues = Array.isArray(answer?.detail)
    ? (answer.detail as ApiIssue[]).map(({ loc, ...issue }) => ({ ...issue, loc: loc.map(named) }))
    : [];
  const said = typeof answer?.detail === "string" ? answer.detail : null;
  return new ApiError({
    status: response.status,
    code: typeof answer?.code === "string" ? answer.code : issues.length > 0 ? "validation_error" : "unknown",
    detail: said ?? (issues.length > 0 ? "Something in the form is not right." : `The server answered with status ${response.status}.`),
    issues,
    requestId: response.headers.get("x-request-id"),
    retryAfterSeconds: Number(response.headers.get("retry-after")) || null,
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
