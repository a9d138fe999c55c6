/** What the SDKs know and Webster leaves out. Clients repeat a 5xx, so it is refused with a 404 of its own code. */
import type { Context } from "hono";
import { accessOf } from "../auth/authenticate.ts";
import { clientOf } from "./caller.ts";
import { AppError } from "../errors.ts";
import { newRequestId, respondError } from "./route.ts";

/** Paths that are refused, whatever is asked of them. */
const notOffered = [
  { path: /^\/api\/v1\/(auth\/)?stream([-/]|$)/, detail: "Webster has no streaming" },
  { path: /^\/api\/v1\/management\/environment-settings\/customer-otel\/?$/, detail: "Webster exports no traces for an environment" },
];

export const isNotOffered = (path: string): boolean => notOffered.some((one) => one.path.test(path));

export async function refuseNotOffered(c: Context): Promise<Response> {
  try {
    await accessOf(c.req.header("authorization"), clientOf(c).ip);
    throw new AppError("not_offered", notOffered.find(({ path }) => path.test(c.req.path))?.detail ?? "");
  } catch (error) {
    return respondError(error, newRequestId());
  }
}
