import { afterEach, expect, it, vi } from "vitest";
import { api } from "./api.ts";

afterEach(() => vi.unstubAllGlobals());

/** A page as the browser has it; answers which methods have been asked for so far. */
function drawn(prerendering: boolean | undefined): { page: EventTarget & { prerendering?: boolean }; asked: () => string[] } {
  const page = Object.assign(new EventTarget(), prerendering === undefined ? {} : { prerendering });
  const asked: string[] = [];
  vi.stubGlobal("document", page);
  vi.stubGlobal("window", { location: { pathname: "/" } });
  vi.stubGlobal("fetch", (_path: string, { method }: { method: string }) => {
    asked.push(method);
    return Promise.resolve(new Response("{}"));
  });
  return { page, asked: () => asked };
}

it("what a page drawn ahead would change waits for somebody who looks at it; what it reads does not", async () => {
  const { page, asked } = drawn(true);
  const posted = api.post("/visit");
  await api.get("/overview");
  expect(asked()).toEqual(["GET"]);
  page.prerendering = false;
  page.dispatchEvent(new Event("prerenderingchange"));
  await posted;
  expect(asked()).toEqual(["GET", "POST"]);
});

it.each([false, undefined])("a page that is looked at (prerendering %s) does not wait", async (prerendering) => {
  const { asked } = drawn(prerendering);
  await api.post("/visit");
  expect(asked()).toEqual(["POST"]);
});
