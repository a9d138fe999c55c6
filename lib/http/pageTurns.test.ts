import { EventEmitter } from "node:events";
import type { ServerResponse } from "node:http";
import { afterEach, expect, test, vi } from "vitest";
import { isBuiltFile, PageTurns } from "./pageTurns.ts";

afterEach(() => vi.useRealTimers());

const newResponse = (): ServerResponse => new EventEmitter() as ServerResponse;

/** Asks for pages, and answers what has begun, in order, and how each is ended. */
function asking(turns: PageTurns) {
  const begun: string[] = [];
  const refused: string[] = [];
  const endings = new Map<string, () => void>();
  const responses = new Map<string, ServerResponse>();
  const ask = (ip: string, name: string): void => {
    const response = newResponse();
    responses.set(name, response);
    const draw = (): Promise<void> => {
      begun.push(name);
      return new Promise((resolve) => endings.set(name, resolve));
    };
    turns.pass(ip, response, draw, () => void refused.push(name));
  };
  const end = async (name: string): Promise<void> => {
    endings.get(name)?.();
    await new Promise((resolve) => process.nextTick(resolve));
  };
  return { ask, end, begun, refused, responses };
}

test("one network's flood is drawn a few at a time, beyond some refused, and waits for others' pages", async () => {
  const { ask, end, begun, refused } = asking(new PageTurns());
  for (let i = 0; i < 300; i++) ask("192.0.2.1", `flood ${i}`);
  expect([begun.length, refused.length]).toEqual([8, 300 - 208]);
  for (let i = 0; i < 6; i++) ask(`198.51.100.${i}`, `other ${i}`);
  expect(begun.slice(8)).toEqual(["other 0", "other 1", "other 2", "other 3"]);
  await end("flood 0");
  await end("flood 1");
  expect(begun.slice(12)).toEqual(["flood 8", "other 4"]);
});

test("addresses of one IPv6 network are one", () => {
  const { ask, begun } = asking(new PageTurns());
  for (let i = 0; i < 20; i++) ask(`2001:db8::${i}`, `flood ${i}`);
  expect(begun).toHaveLength(8);
});

test("whoever has gone waits no longer; whoever does not take its answer keeps no place", async () => {
  vi.useFakeTimers();
  const { ask, begun, responses } = asking(new PageTurns(1_000));
  for (let i = 0; i < 12; i++) ask("192.0.2.1", String(i));
  responses.get("8")?.emit("close");
  responses.get("0")?.emit("close");
  expect(begun.at(-1)).toBe("9");
  vi.advanceTimersByTime(1_000);
  expect(begun.at(-1)).toBe("11");
});

test("files that a page loads are known", () => {
  expect(["/_next/static/chunks/a.js", "/login", "/_next/data/x", "/x/_next/static/a.js"].map(isBuiltFile)).toEqual([
    true,
    false,
    false,
    false,
  ]);
});
