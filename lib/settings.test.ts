import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readEnv } from "./env.ts";
import { unknownSettings } from "./givenSettings.ts";
import { faultOf, sections, type Setting, settings } from "./settings.ts";
import { envExample, settingsTable } from "./settingsDocument.ts";

const all = Object.entries<Setting>(settings);

test("docs/settings.md and .env.example say what the table says (npm run docs:settings)", () => {
  expect(readFileSync("docs/settings.md", "utf8")).toBe(settingsTable());
  expect(readFileSync(".env.example", "utf8")).toBe(envExample());
});

test("each setting stands in one section", () => {
  const names = sections.flatMap(([, section]) => Object.keys(section));
  expect(names.toSorted()).toEqual(Object.keys(settings).toSorted());
});

describe("each setting", () => {
  test.each(all.filter(([, { bad }]) => bad !== null))("%s: the bad one of the documentation is refused as it says", (name, setting) => {
    expect(() => readEnv({ [name]: setting.bad ?? "" })).toThrow(faultOf(name, setting, setting.bad ?? ""));
  });

  test.each(all)(
    "%s: its default and its example are good ones, and what is refused has an example",
    (_name, { kind, fallback, example, bad }) => {
      const given = [fallback, example].filter((text) => text !== null && text !== "");
      expect(given.map((text) => kind.read(text ?? ""))).not.toContain(undefined);
      expect(bad === null).toBe(kind.takes === "a text");
    },
  );
});

test("all lines of .env.example together are a configuration, once the secrets are filled in", () => {
  const lines = envExample().matchAll(/^# ([A-Z_]+)=(.*)$/gm);
  const given = Object.fromEntries([...lines].map(([, name = "", value = ""]) => [name, value === "" ? "x".repeat(32) : value]));
  expect(Object.keys(given)).toEqual(sections.flatMap(([, section]) => Object.keys(section)));
  expect(readEnv(given).port).toBe(3000);
});

test("what looks like a setting and is none is told, with what was meant; not what Kubernetes or other programs set", () => {
  const fine = [
    "WEBSTER_URL",
    "WEBSTER_SECRET_FILE",
    "WEBSTER_PORT",
    "WEBSTER_PORT_3000_TCP",
    "WEBSTER_SERVICE_HOST",
    "PATH",
    "WEBSTER_PROFILE",
  ];
  expect(unknownSettings(fine)).toEqual([]);
  expect(unknownSettings(["WEBSTER_RETENTON_DAYS", "WEBSTER_COFFEE", "WEBSTER_URL_FILE"])).toEqual([
    { name: "WEBSTER_RETENTON_DAYS", meant: "WEBSTER_RETENTION_DAYS" },
    { name: "WEBSTER_COFFEE", meant: null },
    { name: "WEBSTER_URL_FILE", meant: null },
  ]);
});
