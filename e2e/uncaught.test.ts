/** What nobody caught, with the real Next.js in the process and without. */
import { expect, it } from "vitest";
import { runProgram } from "../lib/testing/program.ts";

it.each([
  ["without pages", []],
  ["with pages", ["pages"]],
])("an exception ends the process, a rejection is logged and counted: %s", async (_, args) => {
  const probe = runProgram("e2e/support/uncaughtProbe.ts", args, {});
  const { code } = await probe.exited;
  const lines = probe.output().trim().split("\n");
  // Next.js says of itself that it has read its configuration, and nothing of what comes then.
  const logged = lines.filter((line) => !line.startsWith("✓ ")).map((line) => JSON.parse(line) as Record<string, string>);
  // What a process writes last may overtake the line before.
  expect(logged.map(({ level, msg, error = "" }) => `${level} ${msg} ${error}`.trim()).toSorted()).toEqual([
    "error process.unhandled_rejection No Error but string",
    "error process.unhandled_rejection TypeError: nobody waited",
    "fatal process.uncaught_exception RangeError: nobody caught",
    ...args.map(() => "info page 404"),
    "info webster_unhandled_rejections_total 2",
  ]);
  expect(logged.find(({ level }) => level === "fatal")?.["at"]).toContain("uncaughtProbe.ts");
  expect(code).toBe(1);
});
