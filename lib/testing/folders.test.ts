/** The services' folders import each other in one direction only: whoever reads a noun needs what is below it, and no more. */
import { readFile, readdir } from "node:fs/promises";
import { dirname, join, posix, sep } from "node:path";
import { expect, test } from "vitest";
import { partitionedTables } from "../db/partitions.ts";

const root = "lib/services";

/** The imports between folders: from each to those that its files import. Tests may import whatever they like. */
async function importsBetweenFolders(): Promise<Map<string, Set<string>>> {
  const imports = new Map<string, Set<string>>();
  const files = (await readdir(root, { recursive: true })).map((file) => file.replaceAll(sep, "/"));
  for (const file of files.filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))) {
    const folder = dirname(file);
    const targets = imports.get(folder) ?? new Set<string>();
    imports.set(folder, targets);
    for (const [, specifier = ""] of (await readFile(join(root, file), "utf8")).matchAll(/(?:from|import) "(\.[^"]+)"/g)) {
      const target = posix.join(folder, specifier);
      if (!target.startsWith("..") && dirname(target) !== folder) targets.add(dirname(target));
    }
  }
  return imports;
}

/** The first way found from a folder back to itself. */
function circleIn(imports: Map<string, Set<string>>): string[] | null {
  const done = new Set<string>();
  const from = (folder: string, way: string[]): string[] | null => {
    if (way.includes(folder)) return [...way.slice(way.indexOf(folder)), folder];
    if (done.has(folder)) return null;
    for (const next of imports.get(folder) ?? []) {
      const circle = from(next, [...way, folder]);
      if (circle !== null) return circle;
    }
    done.add(folder);
    return null;
  };
  for (const folder of imports.keys()) {
    const circle = from(folder, []);
    if (circle !== null) return circle;
  }
  return null;
}

test("no folder of the services imports, by whatever way, one that imports it", async () => {
  const imports = await importsBetweenFolders();
  // A search that finds nothing proves nothing.
  expect([...(imports.get("delivery") ?? [])]).toContain("message");
  expect(circleIn(imports)).toBeNull();
});

test("what a caller may see is decided by auth and scope: no other code declares an id to be one of those", async () => {
  const casting: string[] = [];
  for (const file of (await readdir("lib", { recursive: true })).map((name) => name.replaceAll(sep, "/"))) {
    if (!file.endsWith(".ts") || file.startsWith("db/generated/") || file.startsWith("testing/")) continue;
    const text = await readFile(join("lib", file), "utf8");
    if (/\bas (EnvironmentId|ApplicationId)\b/.test(text)) casting.push(file);
  }
  expect(casting.toSorted()).toEqual(["auth/authenticate.ts", "auth/session.ts", "db/rowIds.ts", "services/shared/scope.ts"]);
});

/** Where a statement reads or writes a table by one of these names; comments are left out. */
function statementsNaming(tables: readonly string[], text: string): string[] {
  const code = text.replaceAll(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, "");
  const found = code.matchAll(
    new RegExp(`\\b(?:from|join|into|update|only|using|table|exists)\\s+"?(${tables.join("|")})"?(?![\\w-])`, "gi"),
  );
  return [...found].map(([place]) => place.replaceAll(/\s+/g, " "));
}

test("ids of rows are trusted by work that a row began, and by no request", async () => {
  const trusting: string[] = [];
  for (const file of (await readdir("lib", { recursive: true })).map((name) => name.replaceAll(sep, "/")))
    if (file.endsWith(".ts") && /from "[^"]*\/rowIds\.ts"/.test(await readFile(join("lib", file), "utf8"))) trusting.push(file);
  expect(trusting.toSorted()).toEqual([
    "background/taskRunner.ts",
    "services/receivedRequest/pendingRequests.ts",
    "testing/types.test-d.ts",
  ]);
});

test("partitioned tables are named by lib/db alone, where the days that a query reads are bounded", async () => {
  const elsewhere: string[] = [];
  let below = 0;
  for (const file of (await readdir("lib", { recursive: true })).map((name) => name.replaceAll(sep, "/"))) {
    if (!/\.(ts|mjs)$/.test(file) || /\.test\.ts$|^(testing|db\/generated)\//.test(file)) continue;
    const found = statementsNaming(partitionedTables, await readFile(join("lib", file), "utf8"));
    if (file.startsWith("db/")) below += found.length;
    else elsewhere.push(...found.map((place) => `${file}: ${place}`));
  }
  // A search that finds nothing proves nothing.
  expect(below).toBeGreaterThan(50);
  expect(elsewhere).toEqual([]);
});

test("a statement that names a partitioned table is found, a word of prose is not", () => {
  expect(statementsNaming(partitionedTables, 'select 1 from "message" m\n  left join\n delivery d')).toEqual([
    'from "message"',
    "join delivery",
  ]);
  expect(statementsNaming(partitionedTables, "/** made from message to message */ select from message_event_id")).toEqual([]);
});

test("a circle is found", () => {
  expect(
    circleIn(
      new Map([
        ["a", new Set(["b"])],
        ["b", new Set(["c"])],
        ["c", new Set(["b"])],
      ]),
    ),
  ).toEqual(["b", "c", "b"]);
});

test("a contract's operations are served by the routes' file of the same name, and by no other", async () => {
  const nouns: string[] = [];
  for (const file of await readdir("lib/contract")) {
    const defined = [...(await readFile(join("lib/contract", file), "utf8")).matchAll(/^export const (\w+) = operation\(/gm)];
    if (defined.length === 0) continue;
    nouns.push(file);
    const routes = await readFile(join("lib/api", file), "utf8");
    const served = new Set([...routes.matchAll(/\b(?:route|read)\(\s*(\w+)/g)].map(([, name]) => name));
    expect({ file, served }).toEqual({ file, served: new Set(defined.map(([, name]) => name)) });
  }
  expect(nouns).toContain("message.ts");
});
