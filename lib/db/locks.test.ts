import { readFile, readdir } from "node:fs/promises";
import { expect, test } from "vitest";
import { locks } from "./locks.ts";

test("no two purposes have one number", () => {
  const numbers = Object.values(locks);
  expect(new Set(numbers).size).toBe(numbers.length);
});

test("every advisory lock takes its number from the table", async () => {
  const statements: string[] = [];
  for (const file of await readdir("lib", { recursive: true })) {
    if (!file.endsWith(".ts") || file.endsWith(".test.ts") || file.includes("generated")) continue;
    const text = await readFile(`lib/${file}`, "utf8");
    const taken = [...text.matchAll(/pg_(?:try_)?advisory_(?:xact_)?(?:un)?lock[^\n]*/g)].map(([line]) => line);
    statements.push(...taken.filter((line) => !/\blocks[.[]/.test(line)).map((line) => `${file}: ${line}`));
  }
  expect(statements).toEqual([]);
});
