import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ConfigurationError, describeTargets, pagesProblem, reachableUrl, readEnv, requireKnownUrl } from "./env.ts";

const secret = "x".repeat(32);
const other = "another secret of thirty-two characters";
const database = { DATABASE_URL: "postgresql://h/db", WEBSTER_SECRET: secret };

test("nothing set: embedded, local, and loopback receivers allowed", () => {
  const env = readEnv({});
  expect(env).toMatchObject({ port: 3000, host: "127.0.0.1", databaseUrl: null, roles: { web: true, worker: true }, httpsOnly: true });
  expect(env.retryScheduleSeconds).toEqual([5, 300, 1800, 7200, 18_000, 36_000, 36_000]);
  expect(env.allowedNetworks).toEqual(["127.0.0.0/8", "::1/128"]);
});

test("loopback receivers are allowed only while nobody else can reach Webster", () => {
  expect(readEnv({ HOST: "0.0.0.0" }).allowedNetworks).toEqual([]);
  expect(readEnv(database).allowedNetworks).toEqual([]);
  expect(readEnv({ ...database, WEBSTER_ALLOWED_NETWORKS: "10.0.0.0/8, ::1/128" }).allowedNetworks).toEqual(["10.0.0.0/8", "::1/128"]);
  expect(readEnv({ WEBSTER_ALLOWED_NETWORKS: "none" }).allowedNetworks).toEqual([]);
});

test.each([
  ["none of it", {}, true],
  ["a URL at loopback", { WEBSTER_URL: "http://localhost:3000" }, true],
  ["a URL at loopback in another spelling", { WEBSTER_URL: "http://[::ffff:127.0.0.1]:3000", HOST: "::1" }, true],
  ["a public URL", { WEBSTER_URL: "https://webhooks.example.com" }, false],
  ["a URL that only begins like loopback", { WEBSTER_URL: "https://127.0.0.1.example.com" }, false],
  ["a URL in the local network", { WEBSTER_URL: "http://192.168.1.7:3000" }, false],
  ["a proxy that is trusted", { WEBSTER_TRUSTED_PROXIES: "1" }, false],
  ["a proxy that is trusted, at loopback", { WEBSTER_URL: "http://127.0.0.1:8080", WEBSTER_TRUSTED_PROXIES: "1" }, false],
  ["a host that only begins like loopback", { HOST: "127.example.com" }, false],
  ["every network", { HOST: "::" }, false],
  ["a database elsewhere", database, false],
])("loopback is allowed as a target: %s", (_case, variables, allowed) => {
  const read = readEnv(variables);
  expect(read.allowedNetworks).toEqual(allowed ? ["127.0.0.0/8", "::1/128"] : []);
  expect(describeTargets(read).includes("loopback")).toBe(allowed);
});

test("the targets are described as they are set", () => {
  expect(describeTargets(readEnv({ WEBSTER_ALLOWED_NETWORKS: "10.0.0.0/8" }))).toBe("public addresses, by https; and 10.0.0.0/8");
  expect(describeTargets(readEnv({ WEBSTER_ALLOWED_NETWORKS: "none", WEBSTER_HTTPS_ONLY: "false" }))).toBe("public addresses");
});

test.each([
  [{}, "http://127.0.0.1:3000"],
  [{ HOST: "0.0.0.0", PORT: "80" }, "http://localhost:80"],
  [{ HOST: "::" }, "http://localhost:3000"],
  [{ HOST: "fd00::7" }, "http://[fd00::7]:3000"],
  [{ HOST: "0.0.0.0", WEBSTER_URL: "https://webhooks.example.com/" }, "https://webhooks.example.com"],
])("links lead where a browser can go: %j", (variables, expected) => {
  expect(reachableUrl(readEnv(variables))).toBe(expected);
});

test("a worker of its own must be told where its links lead; beside the server on one machine they are known", () => {
  expect(() => requireKnownUrl(readEnv(database))).toThrow(/^WEBSTER_URL: required/);
  requireKnownUrl(readEnv({ ...database, WEBSTER_URL: "https://webhooks.example.com" }));
  requireKnownUrl(readEnv({}));
});

test("machines may listen only while nobody else can reach Webster, or where somebody chose so", () => {
  expect(readEnv({}).listen).toBe("open");
  for (const url of ["http://localhost:3000", "http://127.0.0.1", "http://[::1]:3000", "http://webster.localhost"])
    expect(readEnv({ ...database, WEBSTER_URL: url }).listen).toBe("open");
  for (const url of ["https://webhooks.example.com", "https://127.example.com", "https://localhost.example.com"])
    expect(readEnv({ WEBSTER_URL: url }).listen).toBe("off");
  expect(readEnv({ HOST: "0.0.0.0" }).listen).toBe("off");
  expect(readEnv({ HOST: "0.0.0.0", WEBSTER_LISTEN: "keys" }).listen).toBe("keys");
  expect(readEnv({ WEBSTER_LISTEN: "off" }).listen).toBe("off");
});

test("an empty variable counts as unset", () => {
  expect(readEnv({ PORT: "", DATABASE_URL: " " })).toMatchObject({ port: 3000, databaseUrl: null });
});

test("decimals are allowed in the retry schedule", () => {
  expect(readEnv({ WEBSTER_RETRY_SCHEDULE: "0.1,0.2" }).retryScheduleSeconds).toEqual([0.1, 0.2]);
});

describe("each fault names its variable and says what is expected", () => {
  test.each([
    [{ PORT: "http" }, 'PORT: "http" is not a whole number from 0 to 65535'],
    [{ PORT: "70000" }, 'PORT: "70000" is not a whole number from 0 to 65535'],
    [{ WEBSTER_ROLES: "web,cook" }, "WEBSTER_ROLES"],
    [{ WEBSTER_RETRY_SCHEDULE: "5,soon" }, "WEBSTER_RETRY_SCHEDULE"],
    [{ WEBSTER_RETRY_SCHEDULE: "-1" }, "WEBSTER_RETRY_SCHEDULE"],
    [{ WEBSTER_RETRY_SCHEDULE: "5,300," }, "WEBSTER_RETRY_SCHEDULE"],
    [{ WEBSTER_RETRY_SCHEDULE: "5,,300" }, "WEBSTER_RETRY_SCHEDULE"],
    [{ WEBSTER_RETRY_SCHEDULE: ",5" }, "WEBSTER_RETRY_SCHEDULE"],
    [{ WEBSTER_RETRY_SCHEDULE: "0x10" }, "WEBSTER_RETRY_SCHEDULE"],
    [{ WEBSTER_LIMIT_STREAMS: "0" }, 'WEBSTER_LIMIT_STREAMS: "0" is not a whole number from 1 to 1000000'],
    [{ WEBSTER_URL: "http://0.0.0.0:3000" }, "an http(s) URL that people can open"],
    [{ WEBSTER_URL: "http://[::]:3000" }, "an http(s) URL that people can open"],
    [{ WEBSTER_URL: "https://a.example/?x=1" }, "an http(s) URL that people can open"],
    [{ WEBSTER_URL: "https://a.example#top" }, "an http(s) URL that people can open"],
    [{ WEBSTER_URL: "https://ada:secret@a.example" }, "an http(s) URL that people can open"],
    [{ WEBSTER_URL: "http://0:3000" }, "an http(s) URL that people can open"],
    [{ HOST: "0.0.0.0", WEBSTER_SMTP_URL: "smtp://h", WEBSTER_MAIL_FROM: "a@b.example" }, "WEBSTER_URL: required"],
    [{ WEBSTER_URL: "example.com" }, "WEBSTER_URL"],
    [{ DATABASE_URL: "mysql://h/db", WEBSTER_SECRET: secret }, "DATABASE_URL"],
    [{ DATABASE_URL: "postgresql://h/db" }, "openssl rand -base64 32"],
    [{ ...database, DATABASE_URL: "postgresql://h/db?sslmod=require" }, "DATABASE_URL: sslmod is no parameter; sslmode"],
    [{ ...database, DATABASE_OWNER_URL: "postgresql://h/db?useTLS=true" }, "DATABASE_OWNER_URL: useTLS is no parameter"],
    [{ ...database, DATABASE_REPLICA_URL: "postgresql://h/db?sslmode=requir" }, "DATABASE_REPLICA_URL: sslmode=requir is none of disable"],
    [{ WEBSTER_SECRET: "short" }, "WEBSTER_SECRET"],
    [{ ...database, WEBSTER_OTHER_SECRETS: `short,${other}` }, "WEBSTER_OTHER_SECRETS: what is set is not a list with commas"],
    [{ ...database, WEBSTER_OTHER_SECRETS: `${other},${secret}` }, "number 2 of 2 is WEBSTER_SECRET itself"],
    [{ ...database, WEBSTER_OTHER_SECRETS: `${other}, ${other}` }, "number 2 of 2 stands there twice"],
    [{ ...database, WEBSTER_OTHER_SECRETS: `["${other}"` }, "WEBSTER_OTHER_SECRETS"],
    [{ ...database, WEBSTER_OTHER_SECRETS: "[1]" }, "WEBSTER_OTHER_SECRETS"],
    [{ ...database, WEBSTER_OTHER_SECRETS: `${other},` }, "WEBSTER_OTHER_SECRETS"],
    [{ WEBSTER_OTHER_SECRETS: other }, "needs WEBSTER_SECRET"],
    [{ DATABASE_OWNER_URL: "postgresql://h/db" }, "DATABASE_OWNER_URL: needs DATABASE_URL"],
    [{ WEBSTER_BOOTSTRAP_API_KEY: "short" }, "WEBSTER_BOOTSTRAP_API_KEY"],
    [{ WEBSTER_BOOTSTRAP_API_KEY: "no header can carry ä" }, "WEBSTER_BOOTSTRAP_API_KEY"],
    [{ WEBSTER_BOOTSTRAP_API_KEY: "x".repeat(4097) }, "WEBSTER_BOOTSTRAP_API_KEY"],
    [{ WEBSTER_BOOTSTRAP_EMAIL: "a@b.example" }, "WEBSTER_BOOTSTRAP_PASSWORD"],
    [{ WEBSTER_HTTPS_ONLY: "yes" }, "WEBSTER_HTTPS_ONLY"],
    [{ WEBSTER_ALLOWED_NETWORKS: "10.0.0.0/33" }, "WEBSTER_ALLOWED_NETWORKS"],
    [{ WEBSTER_GITHUB_URL: "github.example.com" }, "WEBSTER_GITHUB_URL"],
    [{ WEBSTER_OIDC_ISSUER: "https://login.example.com" }, "WEBSTER_OIDC_ID"],
    [{ WEBSTER_OIDC_ISSUER: "https://login.example.com", WEBSTER_OIDC_ID: "webster" }, "WEBSTER_OIDC_SECRET"],
    [{ WEBSTER_LISTEN: "yes" }, 'WEBSTER_LISTEN: "yes" is not one of off, keys, open'],
    [{ WEBSTER_OIDC_TRUST_EMAIL: "yes" }, "WEBSTER_OIDC_TRUST_EMAIL"],
  ])("%j", (variables, expected) => {
    expect(() => readEnv(variables)).toThrow(ConfigurationError);
    expect(() => readEnv(variables)).toThrow(expected);
  });
});

test("a secret is not quoted in the fault that names it", () => {
  const given = {
    WEBSTER_SECRET: "tooshort",
    DATABASE_URL: "mysql://ada:hunter2@h/db",
    WEBSTER_BOOTSTRAP_API_KEY: "sesame",
    WEBSTER_OTHER_SECRETS: "swordfish",
  };
  const told = (): string => {
    try {
      return JSON.stringify(readEnv(given));
    } catch (error) {
      return (error as Error).message;
    }
  };
  expect(told()).toMatch(/DATABASE_URL: what is set is not a URL/);
  expect(told()).not.toMatch(/tooshort|hunter2|sesame|swordfish/);
});

test("a secret may stand in a file; not beside itself, and only a secret", () => {
  const directory = mkdtempSync(join(tmpdir(), "webster-settings-"));
  const path = join(directory, "secret");
  writeFileSync(path, `${secret}\n`);
  expect(readEnv({ WEBSTER_SECRET_FILE: path }).secret).toBe(secret);
  expect(() => readEnv({ WEBSTER_SECRET_FILE: path, WEBSTER_SECRET: secret })).toThrow("WEBSTER_SECRET and WEBSTER_SECRET_FILE: set one");
  expect(() => readEnv({ WEBSTER_SECRET_FILE: join(directory, "none") })).toThrow(/WEBSTER_SECRET_FILE: ENOENT/);
  writeFileSync(path, " \n");
  expect(() => readEnv({ WEBSTER_SECRET_FILE: path })).toThrow("is empty");
  expect(readEnv({ PORT_FILE: path }).port).toBe(3000);
  rmSync(directory, { recursive: true });
});

test("other secrets are a list with commas, or a JSON array of such as hold one", () => {
  expect(readEnv(database).otherSecrets).toEqual([]);
  const further = other.replace("another", "further");
  expect(readEnv({ ...database, WEBSTER_OTHER_SECRETS: ` ${other} , ${further}` }).otherSecrets).toEqual([other, further]);
  const withComma = other.replace(" ", ",");
  expect(readEnv({ ...database, WEBSTER_OTHER_SECRETS: JSON.stringify([withComma, other]) }).otherSecrets).toEqual([withComma, other]);
});

test("several faults are told at once", () => {
  expect(() => readEnv({ WEBSTER_SECRET: "short", WEBSTER_ROLES: "cook" })).toThrow(/WEBSTER_ROLES[^]*WEBSTER_SECRET/);
});

test("an address with a path is one where pages can't be had", () => {
  expect(pagesProblem("https://hooks.example.com")).toBeNull();
  expect(pagesProblem("https://example.com/hooks")).toContain("under https://example.com/hooks the API and sources can be reached");
});
