/** One request to the API of a test's own process, and what it answers. */
import type { Hono } from "hono";

/** `json`: what the answer says; an empty object where it says nothing. `path` begins behind `/api/v1`. */
export async function ask(
  api: Hono,
  headers: Record<string, string>,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; json: Record<string, unknown> }> {
  const init = { method, headers: { "content-type": "application/json", ...headers } };
  const response = await api.request(`/api/v1${path}`, body === undefined ? init : { ...init, body: JSON.stringify(body) });
  const text = await response.text();
  return { status: response.status, json: (text === "" ? {} : JSON.parse(text)) as Record<string, unknown> };
}
