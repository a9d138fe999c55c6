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
  const fine = {
    WEBSTER_URL: "https://hooks.example.com",
    WEBSTER_SECRET_FILE: "/run/secret",
    WEBSTER_PORT: "tcp://10.0.0.1:3000",
    WEBSTER_PORT_3000_TCP: "tcp://10.0.0.1:3000",
    WEBSTER_SERVICE_HOST: "10.0.0.1",
    PATH: "/bin",
    WEBSTER_PROFILE: "main",
  };
  expect(unknownSettings(fine)).toEqual([]);
  const unknown = {
    WEBSTER_RETENTON_DAYS: "9",
    WEBSTER_COFFEE: "yes",
    WEBSTER_URL_FILE: "/url",
    WEBSTER_PORT: "8080",
    WEBSTER_DATABASE_URL: "x",
  };
  expect(unknownSettings(unknown)).toEqual([
    { name: "WEBSTER_RETENTON_DAYS", meant: "WEBSTER_RETENTION_DAYS" },
    { name: "WEBSTER_COFFEE", meant: null },
    { name: "WEBSTER_URL_FILE", meant: null },
    { name: "WEBSTER_PORT", meant: "PORT" },
    { name: "WEBSTER_DATABASE_URL", meant: "DATABASE_URL" },
  ]);
});
