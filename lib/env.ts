/** Configuration: the only place that reads `process.env`. `.env.example` explains each variable. */
import { resolve } from "node:path";
import ipaddr from "ipaddr.js";
import * as z from "zod/mini";
import { type LimitName, type Limits, limits, mostOfALimit } from "./limits.ts";
import { setSingleton, singleton } from "./singleton.ts";

const text = z.optional(z.string().check(z.trim()));
const whole = (name: string, fallback: number, minimum: number, maximum: number) =>
  z._default(
    z.coerce
      .number({ error: `${name} must be a number` })
      .check(
        z.int({ error: `${name} must be a whole number` }),
        z.gte(minimum, { error: `${name} must be at least ${minimum}` }),
        z.lte(maximum, { error: `${name} must be at most ${maximum}` }),
      ),
    fallback,
  );

const limitFields = Object.fromEntries(
  Object.values(limits).map(({ variable, fallback }) => [variable, whole(variable, fallback, 1, mostOfALimit)]),
);

const schema = z.object({
  ...limitFields,
  NODE_ENV: text,
  PORT: whole("PORT", 3000, 0, 65_535),
  HOST: z._default(z.string(), "127.0.0.1"),
  WEBSTER_URL: text,
  DATABASE_URL: text,
  WEBSTER_DATA_DIR: z._default(z.string(), ".webster"),
  WEBSTER_SECRET: text,
  WEBSTER_ROLES: z._default(z.string(), "web,worker"),
  WEBSTER_BOOTSTRAP_API_KEY: text,
  WEBSTER_BOOTSTRAP_EMAIL: text,
  WEBSTER_BOOTSTRAP_PASSWORD: text,
  WEBSTER_RETRY_SCHEDULE: z._default(z.string(), "5,300,1800,7200,18000,36000,36000"),
  WEBSTER_API_KEY: text,
  SVIX_URL: text,
  SVIX_TOKEN: text,
  WEBSTER_ATTEMPT_TIMEOUT_SECONDS: z._default(z.coerce.number().check(z.gt(0), z.lte(300)), 15),
  WEBSTER_DATABASE_WAIT_SECONDS: z._default(z.coerce.number().check(z.gte(0.1), z.lte(60)), 2),
  WEBSTER_LEASE_SECONDS: z._default(z.coerce.number().check(z.gte(1), z.lte(3600)), 60),
  WEBSTER_ALLOWED_NETWORKS: text,
  WEBSTER_DNS_TIMEOUT_SECONDS: z._default(z.coerce.number().check(z.gte(0.1), z.lte(60)), 5),
  WEBSTER_HTTPS_ONLY: text,
  WEBSTER_MAX_PAYLOAD_BYTES: whole("WEBSTER_MAX_PAYLOAD_BYTES", 1_048_576, 1024, 67_108_864),
  WEBSTER_RETENTION_DAYS: whole("WEBSTER_RETENTION_DAYS", 90, 1, 3650),
  WEBSTER_QUARANTINE_BYTES: whole("WEBSTER_QUARANTINE_BYTES", 1_073_741_824, 1_048_576, Number.MAX_SAFE_INTEGER),
  WEBSTER_RATE_LIMIT: whole("WEBSTER_RATE_LIMIT", 0, 0, 1_000_000),
  WEBSTER_PERSON_RATE_LIMIT: whole("WEBSTER_PERSON_RATE_LIMIT", 200, 0, 1_000_000),
  WEBSTER_PORTAL_ORIGINS: text,
  WEBSTER_TRUSTED_PROXIES: whole("WEBSTER_TRUSTED_PROXIES", 0, 0, 10),
  WEBSTER_LISTEN: z.optional(z.enum(["off", "keys", "open"], { error: "must be off, keys or open" })),
  WEBSTER_SMTP_URL: text,
  WEBSTER_MAIL_FROM: text,
  WEBSTER_GITHUB_ID: text,
  WEBSTER_GITHUB_SECRET: text,
  WEBSTER_GOOGLE_ID: text,
  WEBSTER_GOOGLE_SECRET: text,
  WEBSTER_GITHUB_URL: text,
  WEBSTER_OIDC_ISSUER: text,
  WEBSTER_OIDC_ID: text,
  WEBSTER_OIDC_SECRET: text,
  WEBSTER_OIDC_NAME: z._default(z.string(), "single sign-on"),
  WEBSTER_OIDC_TRUST_EMAIL: text,
});

export type Env = {
  production: boolean;
  port: number;
  host: string;
  /** Where people reach Webster, without a trailing slash. Null: made of host and port, once the server listens. */
  publicUrl: string | null;
  /** The URL of the PostgreSQL server; null: the embedded one. */
  databaseUrl: string | null;
  /** The data directory, as an absolute path. */
  dataDir: string;
  secret: string | null;
  roles: { web: boolean; worker: boolean };
  bootstrap: { apiKey: string | null; email: string | null; password: string | null };
  /** The key of programs that call the API at publicUrl, such as the demo; the server does not use it. */
  apiKey: string | null;
  /** The server that `npm run migrate:svix` moves from. */
  svix: { url: string | null; token: string | null };
  /** Waits before the second, third… attempt of a delivery. */
  retryScheduleSeconds: number[];
  attemptTimeoutMs: number;
  /** How long a query waits for a connection to be free, or made. */
  databaseWaitMs: number;
  leaseSeconds: number;
  /** CIDRs exempt from the address check and from HTTPS-only. */
  allowedNetworks: string[];
  httpsOnly: boolean;
  /** The time limit for resolving a name. */
  dnsTimeoutMs: number;
  /** What may be taken at once, see lib/limits.ts. */
  limits: Limits;
  maxPayloadBytes: number;
  retentionDays: number;
  /** How many bytes an environment keeps of requests that did not verify. */
  quarantineBytes: number;
  /** Requests a second of an API key that has no limit of its own; null: any number. */
  rateLimitPerSecond: number | null;
  /** Requests a second of a member or a portal token; null: any number. */
  personRateLimitPerSecond: number | null;
  /** Origins whose pages may show the portal in a frame. */
  portalOrigins: string[];
  /** How many trusted proxies stand in front, each of which appends to X-Forwarded-For. */
  trustedProxies: number;
  /** Which developers' machines may listen for requests: none, those with an API key, or whoever reaches the server. */
  listen: "off" | "keys" | "open";
  /** Where mails are handed in; null: links are only shown, never mailed. */
  mail: { smtpUrl: string; from: string } | null;
  /** url: of a GitHub Enterprise Server, without a slash at the end; null: github.com. */
  github: (OauthClient & { url: string | null }) | null;
  google: OauthClient | null;
  oidc: (OauthClient & { issuer: string; name: string; trustsEmail: boolean }) | null;
};

export type OauthClient = { clientId: string; clientSecret: string };

/** Thrown with every fault at once, in words for the person who starts the server. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
}

/** The configuration of this process. */
export const env = (): Env => singleton("env", () => readEnv(process.env));

/** Replaces the configuration, as programs do with what only they know: the embedded database's URL, the generated secret. */
export const setEnv = (value: Env): void => setSingleton("env", value);

/** Sets NEXTAUTH_URL, from which alone next-auth knows its public address. */
export const tellNextAuth = (publicUrl: string): void => {
  process.env["NEXTAUTH_URL"] = publicUrl;
};

/** This process's environment without its configuration, for a Webster in a child process that has its own. */
export const foreignEnvironment = (): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !Object.hasOwn(schema.shape, name)));

export function readEnv(source: Record<string, string | undefined>): Env {
  // An empty variable counts as unset: that is what `FOO=` in a compose file means.
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value.trim() !== ""));
  const parsed = schema.safeParse(given);
  const faults = parsed.success ? [] : parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  if (!parsed.success) throw new ConfigurationError(faults.join("\n"));
  const v = parsed.data;

  const roles = v.WEBSTER_ROLES.split(",").map((role) => role.trim());
  if (roles.some((role) => role !== "web" && role !== "worker"))
    faults.push(`WEBSTER_ROLES: "${v.WEBSTER_ROLES}" is not a list of "web" and "worker"`);
  // Number("") is 0: with a comma too many, a retry would come at once.
  const schedule = v.WEBSTER_RETRY_SCHEDULE.split(",").map((wait) => (/^\d+(\.\d+)?$/.test(wait.trim()) ? Number(wait) : NaN));
  if (schedule.some((wait) => !(wait <= 2_592_000)) || schedule.length > 30)
    faults.push(`WEBSTER_RETRY_SCHEDULE: "${v.WEBSTER_RETRY_SCHEDULE}" is not a list of up to 30 numbers of seconds, each at most 30 days`);
  const url = v.WEBSTER_URL;
  if (url !== undefined && (!/^https?:\/\/[^/]/.test(url) || !URL.canParse(url)))
    faults.push(`WEBSTER_URL: "${url}" is not an http(s) URL`);
  else if (url !== undefined && isEveryNetwork(new URL(url).hostname))
    faults.push(`WEBSTER_URL: "${url}" is no address that can be opened: name the one under which people reach Webster`);
  if (url === undefined && v.WEBSTER_SMTP_URL !== undefined && isEveryNetwork(v.HOST))
    faults.push(`WEBSTER_URL: required with WEBSTER_SMTP_URL and HOST=${v.HOST}, because the links in mails lead there`);
  if (v.DATABASE_URL !== undefined && !/^postgres(ql)?:\/\//.test(v.DATABASE_URL))
    faults.push("DATABASE_URL: must start with postgresql://");
  for (const name of ["WEBSTER_HTTPS_ONLY", "WEBSTER_OIDC_TRUST_EMAIL"] as const)
    if (v[name] !== undefined && !/^(true|false)$/.test(v[name])) faults.push(`${name}: "${v[name]}" is neither true nor false`);
  for (const name of ["WEBSTER_GITHUB_URL", "WEBSTER_OIDC_ISSUER"] as const)
    if (v[name] !== undefined && (!/^https?:/.test(v[name]) || !URL.canParse(v[name])))
      faults.push(`${name}: "${v[name]}" is not an http(s) URL`);
  if (v.DATABASE_URL !== undefined && v.WEBSTER_SECRET === undefined)
    faults.push("WEBSTER_SECRET: required with DATABASE_URL, because it must outlive this machine. Make one with: openssl rand -base64 32");
  if (v.WEBSTER_SECRET !== undefined && v.WEBSTER_SECRET.length < 32) faults.push("WEBSTER_SECRET: must have at least 32 characters");
  if (v.WEBSTER_BOOTSTRAP_API_KEY !== undefined && !/^[\u0021-\u007e]{16,4096}$/.test(v.WEBSTER_BOOTSTRAP_API_KEY))
    faults.push("WEBSTER_BOOTSTRAP_API_KEY: must have 16 to 4096 ASCII characters, without spaces");
  const networks = list(v.WEBSTER_ALLOWED_NETWORKS ?? "");
  for (const network of networks)
    if (!ipaddr.isValidCIDR(network)) faults.push(`WEBSTER_ALLOWED_NETWORKS: "${network}" is not a network such as 10.0.0.0/8`);
  const portalOrigins = list(v.WEBSTER_PORTAL_ORIGINS ?? "");
  for (const origin of portalOrigins)
    if (!URL.canParse(origin) || new URL(origin).origin !== origin || !/^https?:/.test(origin))
      faults.push(`WEBSTER_PORTAL_ORIGINS: "${origin}" is not an origin such as https://app.example.com`);
  if (v.WEBSTER_SMTP_URL !== undefined && !/^smtps?:\/\//.test(v.WEBSTER_SMTP_URL))
    faults.push("WEBSTER_SMTP_URL: must start with smtp:// or smtps://");
  for (const [one, other] of pairs)
    if ((v[one] === undefined) !== (v[other] === undefined)) faults.push(`${one} and ${other}: set both or neither`);
  if (faults.length > 0) throw new ConfigurationError(faults.join("\n"));

  const isOnlyHere = v.WEBSTER_TRUSTED_PROXIES === 0 && [v.HOST, hostnameOf(url) ?? v.HOST].every(isLoopback);
  // Receivers on a laptop itself are allowed only if nobody else can reach Webster, directly or by a proxy.
  const isPrivate = v.DATABASE_URL === undefined && isOnlyHere;
  const issuer = v.WEBSTER_OIDC_ISSUER;
  return {
    production: v.NODE_ENV === "production",
    port: v.PORT,
    host: v.HOST,
    publicUrl: v.WEBSTER_URL?.replace(/\/+$/, "") ?? null,
    databaseUrl: v.DATABASE_URL ?? null,
    dataDir: resolve(v.WEBSTER_DATA_DIR),
    secret: v.WEBSTER_SECRET ?? null,
    roles: { web: roles.includes("web"), worker: roles.includes("worker") },
    bootstrap: {
      apiKey: v.WEBSTER_BOOTSTRAP_API_KEY ?? null,
      email: v.WEBSTER_BOOTSTRAP_EMAIL ?? null,
      password: v.WEBSTER_BOOTSTRAP_PASSWORD ?? null,
    },
    apiKey: v.WEBSTER_API_KEY ?? null,
    svix: { url: v.SVIX_URL ?? null, token: v.SVIX_TOKEN ?? null },
    retryScheduleSeconds: schedule,
    attemptTimeoutMs: v.WEBSTER_ATTEMPT_TIMEOUT_SECONDS * 1000,
    databaseWaitMs: v.WEBSTER_DATABASE_WAIT_SECONDS * 1000,
    leaseSeconds: v.WEBSTER_LEASE_SECONDS,
    allowedNetworks: v.WEBSTER_ALLOWED_NETWORKS === undefined && isPrivate ? loopback : networks,
    httpsOnly: v.WEBSTER_HTTPS_ONLY !== "false",
    dnsTimeoutMs: v.WEBSTER_DNS_TIMEOUT_SECONDS * 1000,
    limits: limitsOf(v),
    maxPayloadBytes: v.WEBSTER_MAX_PAYLOAD_BYTES,
    retentionDays: v.WEBSTER_RETENTION_DAYS,
    quarantineBytes: v.WEBSTER_QUARANTINE_BYTES,
    rateLimitPerSecond: v.WEBSTER_RATE_LIMIT || null,
    personRateLimitPerSecond: v.WEBSTER_PERSON_RATE_LIMIT || null,
    portalOrigins,
    trustedProxies: v.WEBSTER_TRUSTED_PROXIES,
    listen: v.WEBSTER_LISTEN ?? (isOnlyHere ? "open" : "off"),
    mail: both(v.WEBSTER_SMTP_URL, v.WEBSTER_MAIL_FROM, (smtpUrl, from) => ({ smtpUrl, from })),
    github: both(v.WEBSTER_GITHUB_ID, v.WEBSTER_GITHUB_SECRET, (clientId, clientSecret) => ({
      clientId,
      clientSecret,
      url: v.WEBSTER_GITHUB_URL?.replace(/\/+$/, "") ?? null,
    })),
    google: both(v.WEBSTER_GOOGLE_ID, v.WEBSTER_GOOGLE_SECRET, (clientId, clientSecret) => ({ clientId, clientSecret })),
    oidc:
      issuer === undefined
        ? null
        : both(v.WEBSTER_OIDC_ID, v.WEBSTER_OIDC_SECRET, (clientId, clientSecret) => ({
            clientId,
            clientSecret,
            issuer,
            name: v.WEBSTER_OIDC_NAME,
            trustsEmail: v.WEBSTER_OIDC_TRUST_EMAIL === "true",
          })),
  };
}

const pairs = [
  ["WEBSTER_BOOTSTRAP_EMAIL", "WEBSTER_BOOTSTRAP_PASSWORD"],
  ["WEBSTER_SMTP_URL", "WEBSTER_MAIL_FROM"],
  ["WEBSTER_GITHUB_ID", "WEBSTER_GITHUB_SECRET"],
  ["WEBSTER_GOOGLE_ID", "WEBSTER_GOOGLE_SECRET"],
  ["WEBSTER_OIDC_ISSUER", "WEBSTER_OIDC_ID"],
  ["WEBSTER_OIDC_ID", "WEBSTER_OIDC_SECRET"],
] as const;

const both = <T>(one: string | undefined, other: string | undefined, join: (one: string, other: string) => T): T | null =>
  one === undefined || other === undefined ? null : join(one, other);

// An explicit "none" is an empty list: not even the default.
const list = (text: string): string[] =>
  text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "" && part !== "none");

const loopback = ["127.0.0.0/8", "::1/128"];

const hostnameOf = (url: string | undefined): string | null => (url === undefined ? null : new URL(url).hostname);

const bare = (host: string): string => host.replace(/^\[|\]$/g, "");

function isLoopback(host: string): boolean {
  const name = bare(host).toLowerCase().replace(/\.$/, "");
  if (name === "localhost" || name.endsWith(".localhost")) return true;
  return ipaddr.isValid(name) && ipaddr.process(name).range() === "loopback";
}

/** Whether a host means every network: a server can listen at it, but nobody can open it. */
function isEveryNetwork(host: string): boolean {
  const name = bare(host);
  return name === "*" || (ipaddr.isValid(name) && ipaddr.process(name).range() === "unspecified");
}

const limitsOf = (values: Record<string, unknown>): Limits =>
  Object.fromEntries((Object.keys(limits) as LimitName[]).map((name) => [name, Number(values[limits[name].variable])])) as Limits;

/** Where people reach Webster: WEBSTER_URL, else the host and port it listens at, in words that a browser can open. */
export function reachableUrl({ publicUrl, host, port }: Pick<Env, "publicUrl" | "host" | "port">): string {
  if (publicUrl !== null) return publicUrl;
  const name = isEveryNetwork(host) ? "localhost" : host.includes(":") ? `[${bare(host)}]` : host;
  return `http://${name}:${port}`;
}

/** Throws ConfigurationError if links could name no address: for a worker without a server, whose host and port are nobody's. */
export function requireKnownUrl({ publicUrl, databaseUrl }: Pick<Env, "publicUrl" | "databaseUrl">): void {
  if (publicUrl === null && databaseUrl !== null)
    throw new ConfigurationError("WEBSTER_URL: required for a worker with DATABASE_URL, because the links in alerts and mails lead there");
}

/** Which targets are allowed, in words for the person who starts a program. */
export function describeTargets({ allowedNetworks, httpsOnly }: Pick<Env, "allowedNetworks" | "httpsOnly">): string {
  const open = `public addresses${httpsOnly ? ", by https" : ""}`;
  if (allowedNetworks === loopback) return `${open}; and this machine (loopback), because only this machine reaches Webster`;
  return allowedNetworks.length === 0 ? open : `${open}; and ${allowedNetworks.join(", ")}`;
}
