import { describe, expect, test } from "vitest";
import { ConfigurationError, readEnv } from "./env.ts";

const secret = "x".repeat(32);
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

test("an empty variable counts as unset", () => {
  expect(readEnv({ PORT: "", DATABASE_URL: " " })).toMatchObject({ port: 3000, databaseUrl: null });
});

test("decimals are allowed in the retry schedule", () => {
  expect(readEnv({ WEBSTER_RETRY_SCHEDULE: "0.1,0.2" }).retryScheduleSeconds).toEqual([0.1, 0.2]);
});

describe("each fault names its variable and says what is expected", () => {
  test.each([
    [{ PORT: "http" }, "PORT must be a number"],
    [{ PORT: "70000" }, "PORT must be at most 65535"],
    [{ WEBSTER_ROLES: "web,cook" }, "WEBSTER_ROLES"],
    [{ WEBSTER_RETRY_SCHEDULE: "5,soon" }, "WEBSTER_RETRY_SCHEDULE"],
    [{ WEBSTER_RETRY_SCHEDULE: "-1" }, "WEBSTER_RETRY_SCHEDULE"],
    [{ WEBSTER_URL: "example.com" }, "WEBSTER_URL"],
    [{ DATABASE_URL: "mysql://h/db", WEBSTER_SECRET: secret }, "DATABASE_URL"],
    [{ DATABASE_URL: "postgresql://h/db" }, "openssl rand -base64 32"],
    [{ WEBSTER_SECRET: "short" }, "WEBSTER_SECRET"],
    [{ WEBSTER_BOOTSTRAP_API_KEY: "short" }, "WEBSTER_BOOTSTRAP_API_KEY"],
    [{ WEBSTER_BOOTSTRAP_API_KEY: "no header can carry ä" }, "WEBSTER_BOOTSTRAP_API_KEY"],
    [{ WEBSTER_BOOTSTRAP_API_KEY: "x".repeat(4097) }, "WEBSTER_BOOTSTRAP_API_KEY"],
    [{ WEBSTER_BOOTSTRAP_EMAIL: "a@b.example" }, "WEBSTER_BOOTSTRAP_PASSWORD"],
    [{ WEBSTER_HTTPS_ONLY: "yes" }, "WEBSTER_HTTPS_ONLY"],
    [{ WEBSTER_ALLOWED_NETWORKS: "10.0.0.0/33" }, "WEBSTER_ALLOWED_NETWORKS"],
    [{ WEBSTER_GITHUB_URL: "github.example.com" }, "WEBSTER_GITHUB_URL"],
    [{ WEBSTER_OIDC_ISSUER: "https://login.example.com" }, "WEBSTER_OIDC_ID"],
    [{ WEBSTER_OIDC_ISSUER: "https://login.example.com", WEBSTER_OIDC_ID: "webster" }, "WEBSTER_OIDC_SECRET"],
    [{ WEBSTER_OIDC_TRUST_EMAIL: "yes" }, "WEBSTER_OIDC_TRUST_EMAIL"],
  ])("%j", (variables, expected) => {
    expect(() => readEnv(variables)).toThrow(ConfigurationError);
    expect(() => readEnv(variables)).toThrow(expected);
  });
});

test("several faults are told at once", () => {
  expect(() => readEnv({ WEBSTER_SECRET: "short", WEBSTER_ROLES: "cook" })).toThrow(/WEBSTER_ROLES[^]*WEBSTER_SECRET/);
});
