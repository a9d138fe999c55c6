/** What the SDKs know and Webster leaves out. Clients repeat a 5xx, so it is refused with a 404 of its own code. */
import type { Context } from "hono";
import { accessOf } from "../auth/authenticate.ts";
import { AppError } from "../errors.ts";
import { newRequestId, respondError } from "./route.ts";

/** Svix's streaming product, whatever is asked of it. */
const streaming = /^\/api\/v1\/(auth\/)?stream([-/]|$)/;

export const isNotOffered = (path: string): boolean => streaming.test(path);

export async function refuseNotOffered(c: Context): Promise<Response> {
  try {
    await accessOf(c.req.header("authorization"));
    throw new AppError("not_offered", "Webster has no streaming");
  } catch (error) {
    return respondError(error, newRequestId());
  }
}
