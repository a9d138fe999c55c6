/** What people are told to type is what there is: in a clone npm's words, in an image those of bin/image.mjs. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { explainListen } from "../bin/server/listening.ts";
import { explain } from "../bin/lifecycle.ts";
import { commandOf, settingsPlace, startCommand } from "./commands.ts";
import { ConfigurationError } from "./env.ts";

afterEach(() => vi.unstubAllEnvs());

const taken = (): string => explain(explainListen(Object.assign(new Error(), { code: "EADDRINUSE" }), "::", 3000));

test("in a clone they are npm's", () => {
  expect(taken()).toContain("PORT=3001 npm start");
  expect(startCommand()).toBe("npm start");
  expect(commandOf("reset-link", "ada@example.com")).toBe("npm run reset-link -- ada@example.com");
  expect(commandOf("migrate-svix")).toBe("npm run migrate:svix");
  expect(settingsPlace()).toContain(".env");
});

const scripts = Object.keys((JSON.parse(readFileSync("package.json", "utf8")) as { scripts: object }).scripts);

test("they are there", () => {
  const image = readFileSync("bin/image.mjs", "utf8");
  for (const program of ["worker", "migrate", "migrate-svix", "reset-link", "rotate-secret"] as const) {
    expect(scripts).toContain(commandOf(program).replace("npm run ", ""));
    expect(image).toMatch(new RegExp(`^ {2}"?${program}"?: "bin/`, "m"));
  }
});

// Each of these is no message of a program that an image has, or says itself which of both it means.
const clonesOnly =
  /^(bin\/(demo|prove|clients|sdkOperations|snippets|screenshots|examples|docs)|lib\/(commands|settings|settingsDocument|testing|webhooks))/;
const filesOf = (directory: string): string[] =>
  readdirSync(directory, { recursive: true, encoding: "utf8" })
    .map((path) => join(directory, path))
    .filter((path) => /\.tsx?$/.test(path) && !/\.test\.|generated/.test(path) && !clonesOnly.test(path));

test("no other text of an image's programs names npm's", () => {
  const told = [...filesOf("bin"), ...filesOf("lib")].flatMap((path) =>
    readFileSync(path, "utf8")
      .replaceAll(/\/\*[\s\S]*?\*\//g, "")
      .split("\n")
      .filter((line) => /\bnpm (run|start)\b/.test(line) && !/^\s*\/\//.test(line))
      .map((line) => `${path}: ${line.trim()}`),
  );
  expect(told).toEqual([]);
});

test("in an image they are webster's, and there is no file of settings", () => {
  vi.stubEnv("IN_IMAGE_OF_WEBSTER", "1");
  expect(taken()).toContain("PORT=3001 in the container's environment");
  expect(taken()).not.toContain("npm");
  expect(startCommand()).toBe("webster server");
  expect(commandOf("rotate-secret", "--status")).toBe("webster rotate-secret --status");
  expect(commandOf("migrate-svix")).toBe("webster migrate-svix");
  expect(explain(new ConfigurationError('PORT: "a" is no number'))).not.toContain(".env");
});
