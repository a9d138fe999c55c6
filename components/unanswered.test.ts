import { afterEach, expect, it, vi } from "vitest";
import { ApiError } from "./api.ts";
import { create, isUnanswered } from "./create.ts";

afterEach(() => vi.unstubAllGlobals());

/** A page whose requests are answered so, one after the other. Returns the Idempotency-Keys they had. */
function answeredBy(...answers: (() => Response)[]): (string | undefined)[] {
  const keys: (string | undefined)[] = [];
  vi.stubGlobal("document", new EventTarget());
  vi.stubGlobal("window", { location: { pathname: "/" } });
  vi.stubGlobal("fetch", async (_path: string, { headers }: { headers: Record<string, string> }) => {
    keys.push(headers["idempotency-key"]);
    return answers[keys.length - 1]?.();
  });
  return keys;
}

const made = () => Response.json({ id: "ep_1" });
const page = (status: number) => () => new Response("<html>", { status, headers: { "content-type": "text/html" } });
const breaksOff = () => new Response(new ReadableStream({ pull: (controller) => controller.error(new TypeError("network error")) }));
const refusal = (status: number, code: string) => () => Response.json({ code, detail: "No" }, { status });

const fails = (): Promise<unknown> => create("/endpoint", { body: {} }).catch((error: unknown) => error);

it.each<[string, () => Response]>([
  ["breaks off in the middle", breaksOff],
  ["is another's page", page(200)],
  ["is a proxy's 502", page(502)],
  ["is a balancer's 503", page(503)],
  ["is a proxy's 524", page(524)],
])("an answer that %s is none: it may have been done, and the same again is the same", async (_, lost) => {
  const keys = answeredBy(lost, made);
  const error = await fails();
  expect(error).toBeInstanceOf(ApiError);
  expect(isUnanswered(error)).toBe(true);
  expect((error as ApiError).detail).not.toContain("JSON");
  await create("/endpoint", { body: {} });
  expect(keys[1]).toBe(keys[0]);
});

it("what is not known to be stored is the same again, though Webster has answered", async () => {
  const keys = answeredBy(refusal(503, "unavailable"), made);
  expect(isUnanswered(await fails())).toBe(false);
  await create("/endpoint", { body: {} });
  expect(keys[1]).toBe(keys[0]);
});

it("what was refused is something new when it is asked for again", async () => {
  const keys = answeredBy(refusal(409, "conflict"), made);
  expect(isUnanswered(await fails())).toBe(false);
  await create("/endpoint", { body: {} });
  expect(keys[1]).not.toBe(keys[0]);
});
