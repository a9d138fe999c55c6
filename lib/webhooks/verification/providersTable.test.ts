import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { providersTable } from "./providersTable.ts";
import { providers } from "./table.ts";

test("docs/providers.md says what the table does: `npm run docs:providers` writes it anew", () => {
  expect(readFileSync(join(import.meta.dirname, "../../../docs/providers.md"), "utf8")).toBe(providersTable());
});

test("it has a line for each provider, of as many cells as there are columns", () => {
  const lines = providersTable()
    .split("\n")
    .filter((line) => line.startsWith("|"));
  expect(lines).toHaveLength(Object.keys(providers).length + 2);
  for (const line of lines) expect([line, line.split(/(?<!\\)\|/).length]).toEqual([line, 9]);
});
