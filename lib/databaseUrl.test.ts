import { expect, test } from "vitest";
import { hostsOf, parseDatabaseUrl, strictTls } from "./databaseUrl.ts";

test.each([
  ["postgresql://ada:pw@db.example.com:6432/hooks", [{ host: "db.example.com", port: 6432 }], "db.example.com:6432"],
  ["postgres://ada@db.example.com/hooks?sslmode=verify-full", [{ host: "db.example.com", port: 5432 }], "db.example.com:5432"],
  [
    "postgresql://ada:pw@one:5432,two:5433,three/hooks",
    [
      { host: "one", port: 5432 },
      { host: "two", port: 5433 },
      { host: "three", port: 5432 },
    ],
    "one:5432, two:5433, three:5432",
  ],
  [
    "postgresql://ada@[fd00::1]:5433,[fd00::2]/hooks",
    [
      { host: "fd00::1", port: 5433 },
      { host: "fd00::2", port: 5432 },
    ],
    "[fd00::1]:5433, [fd00::2]:5432",
  ],
  [
    "postgresql://ada@/hooks?host=one,/run/postgresql&port=6000,5432",
    [
      { host: "one", port: 6000 },
      { host: "/run/postgresql", port: 5432 },
    ],
    "one:6000, /run/postgresql",
  ],
  ["postgresql://ada@localhost/hooks?host=%2Frun%2Fpg", [{ host: "/run/pg", port: 5432 }], "/run/pg"],
  ["postgresql:///hooks", [{ host: "localhost", port: 5432 }], "localhost:5432"],
])("%s", (url, hosts, shown) => {
  const target = parseDatabaseUrl(url);
  expect(target?.hosts).toEqual(hosts);
  expect(target?.name).toBe("hooks");
  expect(target === null ? "" : hostsOf(target)).toBe(shown);
});

test("each host has a URL of its own, with all else that the URL says", () => {
  const target = parseDatabaseUrl("postgresql://ada:p%40w@one,two:5433/hooks?sslmode=verify-full&target_session_attrs=primary");
  expect(target).toMatchObject({ wish: "primary", isChoice: true, user: "ada" });
  expect(target?.hosts.map((host) => target.urlOf(host))).toEqual([
    "postgresql://ada:p%40w@placeholder/hooks?sslmode=verify-full&host=one&port=5432",
    "postgresql://ada:p%40w@placeholder/hooks?sslmode=verify-full&host=two&port=5433",
  ]);
});

test.each([
  ["postgresql://h/db?sslmode=require", "postgresql://h/db?sslmode=verify-full"],
  ["postgresql://h/db?a=b&sslmode=verify-ca&sslrootcert=/ca.pem", "postgresql://h/db?a=b&sslmode=verify-full&sslrootcert=/ca.pem"],
  ["postgresql://h/db?sslmode=no-verify", "postgresql://h/db?sslmode=no-verify"],
  ["postgresql://h/db?uselibpqcompat=true&sslmode=require", "postgresql://h/db?uselibpqcompat=true&sslmode=require"],
  ["postgresql://h/db?application_name=sslmode=require", "postgresql://h/db?application_name=sslmode=require"],
])("TLS of %s is said as the driver takes it", (given, strict) => {
  expect(strictTls(given)).toBe(strict);
  const several = given.replace("//h/", "//h,i/");
  const target = parseDatabaseUrl(several);
  expect(target?.urlOf({ host: "h", port: 5432 }).includes("sslmode=verify-full")).toBe(strict.includes("sslmode=verify-full"));
});

test("one host without a wish is no choice: the driver takes the URL as it is", () => {
  expect(parseDatabaseUrl("postgresql://ada@one/hooks")?.isChoice).toBe(false);
  expect(parseDatabaseUrl("postgresql://ada@one/hooks?target_session_attrs=read-write")?.isChoice).toBe(true);
});

test.each([
  "mysql://h/db",
  "db.example.com",
  "postgresql://one:port/db",
  "postgresql://one:70000/db",
  "postgresql://one,/db",
  "postgresql://o ne/db",
  "postgresql://h/db?target_session_attrs=best",
])("%s is none", (url) => {
  expect(parseDatabaseUrl(url)).toBe(null);
});
