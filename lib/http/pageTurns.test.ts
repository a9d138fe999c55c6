import { EventEmitter } from "node:events";
import type { ServerResponse } from "node:http";
import { expect, test, vi } from "vitest";
import { isBuiltFile, PageTurns } from "./pageTurns.ts";

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
    void turns.pass(ip, response, draw, () => void refused.push(name));
  };
  const end = (name: string): void => endings.get(name)?.();
  return { ask, end, begun, refused, responses };
}

/** All that may begin has begun. */
const loop = async (): Promise<void> => {
  for (let turns = 0; turns < 3; turns++) await new Promise((resolve) => setImmediate(resolve));
};

test("one network's flood is drawn a few at a time, beyond some refused, and waits for others' pages", async () => {
  const { ask, end, begun, refused } = asking(new PageTurns());
  for (let i = 0; i < 300; i++) ask("192.0.2.1", `flood ${i}`);
  await loop();
  expect([begun.length, refused.length]).toEqual([8, 300 - 208]);
  for (let i = 0; i < 6; i++) ask(`198.51.100.${i}`, `other ${i}`);
  await loop();
  expect(begun.slice(8)).toEqual(["other 0", "other 1", "other 2", "other 3"]);
  end("flood 0");
  end("flood 1");
  await loop();
  expect(begun.slice(12)).toEqual(["flood 8", "other 4"]);
});

test("addresses of one IPv6 network are one", async () => {
  const { ask, begun } = asking(new PageTurns());
  for (let i = 0; i < 20; i++) ask(`2001:db8::${i}`, `flood ${i}`);
  await loop();
  expect(begun).toHaveLength(8);
});

test("between pages that are drawn without waiting for anything, all else goes on", async () => {
  const turns = new PageTurns();
  let drawn = 0;
  const all = Array.from({ length: 100 }, () =>
    turns.pass(
      "192.0.2.1",
      newResponse(),
      () => Promise.resolve(void drawn++),
      () => undefined,
    ),
  );
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
  expect(drawn).toBeLessThan(50);
  await Promise.all(all);
  expect(drawn).toBe(100);
});

test("whoever has gone waits no longer; whoever does not take its answer keeps no place", async () => {
  const { ask, begun, responses } = asking(new PageTurns(50));
  for (let i = 0; i < 12; i++) ask("192.0.2.1", String(i));
  await loop();
  responses.get("8")?.emit("close");
  responses.get("0")?.emit("close");
  await loop();
  expect(begun).toEqual(["0", "1", "2", "3", "4", "5", "6", "7", "9"]);
  await vi.waitFor(() => expect(begun.at(-1)).toBe("11"));
});

test("files that a page loads are known", () => {
  expect(["/_next/static/chunks/a.js", "/login", "/_next/data/x", "/x/_next/static/a.js"].map(isBuiltFile)).toEqual([
    true,
    false,
    false,
    false,
  ]);
});
