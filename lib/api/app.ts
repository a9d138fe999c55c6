/** The HTTP API: one Hono app, in front of Next.js and mounted in it. */
import { type Context, Hono } from "hono";
import type { Operation } from "../contract/operation.ts";
import { AppError } from "../errors.ts";
import { responseOf } from "./compression.ts";
import { answerPreflights, sharedAcrossOrigins } from "./crossOrigin.ts";
import { receiveInInbox } from "./inbox.ts";
import { tellHowToListen } from "./listen.ts";
import { isNotOffered, refuseNotOffered } from "./notOffered.ts";
import { answerHeaders, newRequestId, respondError } from "./route.ts";
import { routes } from "./routes.ts";
import { receiveAtSource } from "./receive.ts";

/** Serves /api/v1, /ingest/api/v1, the inboxes, the sources and, for those who look at the root, /health. */
export function createApi(): Hono {
  // Not strict: a slash at the end changes nothing.
  const app = new Hono({ strict: false });
  for (const { operation, answer } of routes) {
    const handle = async (c: Context): Promise<Response> => responseOf(operation, c, await answer(c));
    app.on(operation.method.toUpperCase(), honoPath(operation.path), handle);
    if (operation.path.startsWith("/api/v1/health")) app.get(operation.path.slice("/api/v1".length), handle);
  }
  app.all("/inbox/:token", receiveInInbox);
  app.get("/api/v1/listen", tellHowToListen);
  app.all("/in/:token", receiveAtSource);
  app.all("/in/:token/*", receiveAtSource);
  answerPreflights(app);
  app.notFound(async (c) => sharedAcrossOrigins(isNotOffered(c.req.path) ? await refuseNotOffered(c) : respondUnknown(c), c));
  app.onError((error, c) => sharedAcrossOrigins(respondError(error, newRequestId()), c));
  return app;
}

const honoPath = (path: string): string => path.replace(/\{(\w+)\}/g, ":$1");

function respondUnknown(c: Context): Response {
  const requestId = newRequestId();
  const saying = (status: number, code: string, detail: string, headers: Record<string, string>): Response =>
    new Response(JSON.stringify({ code, detail }), {
      status,
      headers: { ...answerHeaders, "content-type": "application/json", "x-request-id": requestId, ...headers },
    });
  const { pathname, search } = new URL(c.req.url);
  // Not all SDKs follow it, and those that don't show what it says.
  if (/^\/{2,}(ingest\/)?api\/v1\//.test(pathname))
    return saying(308, "moved", nothingAt(pathname), { location: pathname.replace(/^\/+/, "/") + search });
  const methods = routes.filter(({ operation }) => isAt(operation, c.req.path)).map(({ operation }) => operation.method.toUpperCase());
  if (methods.length === 0) return respondError(new AppError("not_found", nothingAt(pathname)), requestId);
  const allow = methods.join(", ");
  return saying(405, "method_not_allowed", `Allowed here: ${allow}`, { allow });
}

/** SDKs and programs put /api/v1 behind the server's address themselves, some of them behind a slash at its end. */
function nothingAt(path: string): string {
  const given = path.startsWith("//") ? "without the slash at its end" : /^\/api\/v1\/+api\/v1\//.test(path) ? "without /api/v1" : null;
  return `There is nothing at this path${given === null ? "; /reference shows what there is" : `: give the server's address ${given}`}`;
}

const isAt = ({ path }: Operation, requested: string): boolean =>
  new RegExp(`^${path.replace(/\{\w+\}/g, "[^/]+").replaceAll(".", "\\.")}$`).test(requested);
