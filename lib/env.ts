/** Configuration: the only place that reads `process.env`. lib/settings.ts has the table of all settings. */
import { resolve } from "node:path";
import ipaddr from "ipaddr.js";
import { tlsFaultOf } from "./databaseUrl.ts";
import { givenSettings, isSettingName, unknownSettings } from "./givenSettings.ts";
import { type LimitName, type Limits, limits } from "./limits.ts";
import { automaticProcesses, thisMachine } from "./machine.ts";
import { isEveryNetwork } from "./settingKinds.ts";
import { readSettings, type SettingName, type Values } from "./settings.ts";
import { setSingleton, singleton } from "./singleton.ts";

export type Env = {
  production: boolean;
  port: number;
  host: string;
  /** Where people reach Webster, without a trailing slash. Null: made of host and port, once the server listens. */
  publicUrl: string | null;
  /** The URL of the PostgreSQL server; null: the embedded one. */
  databaseUrl: string | null;
  /** Where sessions are to be had, if databaseUrl leads through a pooler in transaction mode; null: the same. */
  directDatabaseUrl: string | null;
  /** A standby from which lists of the log are read while it is no further behind than that; null: none. */
  replicaDatabaseUrl: string | null;
  replicaLagMs: number;
  /** The same database as its owner; null: databaseUrl is all there is. */
  databaseOwnerUrl: string | null;
  /** The data directory, as an absolute path. */
  dataDir: string;
  /** The master secret: what seals. */
  secret: string | null;
  /** Secrets that open what they have sealed, and seal nothing: earlier ones, or the one to come. */
  otherSecrets: string[];
  roles: { web: boolean; worker: boolean };
  /** How many processes share the port and the work on this machine. */
  processes: number;
  bootstrap: { apiKey: string | null; email: string | null; password: string | null };
  /** The key of programs that call the API at publicUrl, such as the demo; the server does not use it. */
  apiKey: string | null;
  /** The server that `npm run migrate:svix` moves from. */
  svix: { url: string | null; token: string | null };
  /** Waits before the second, third… attempt of a delivery. */
  retryScheduleSeconds: number[];
  attemptTimeoutMs: number;
  /** So long it goes on taking requests once it is asked to stop, and so long the stop itself may take. */
  stopDelayMs: number;
  stopMs: number;
  /** Where probes and metrics are served without a key; null: nowhere. */
  operationsPort: number | null;
  /** How long a query waits for a connection to be free, or made. */
  databaseWaitMs: number;
  leaseSeconds: number;
  /** CIDRs exempt from the address check and from HTTPS-only. */
  allowedNetworks: string[];
  /** Domains exempt from the address check and from HTTPS-only, with all below them. */
  allowedHosts: string[];
  /** The proxy by which webhooks leave; null: they leave directly. `except`: domains and networks that are reached directly. */
  egress: { proxyUrl: string; except: string[]; check: "webster" | "proxy" } | null;
  /** Addresses and networks that webhooks come from, for receivers' firewalls. */
  egressAddresses: string[];
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
  /** Where spans go; null: there are none. */
  traces: TraceSettings | null;
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

export type TraceSettings = {
  /** Without a slash at the end. */
  endpoint: string;
  headers: Record<string, string>;
  serviceName: string;
  resource: Record<string, string>;
  sampler: Values["OTEL_TRACES_SAMPLER"];
  ratio: number;
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

/** Whether npm, or what works like it, has started this program, with a shell between them. */
export const isRunByNpm = (): boolean => process.env["npm_lifecycle_event"] !== undefined;

/** Whether this is a program of an image: bin/image.mjs says so, to whatever it starts. */
export const isInImage = (): boolean => process.env["IN_IMAGE_OF_WEBSTER"] !== undefined;

/** The file that somebody names, meant from where they called the program: npm, and an image's programs, run elsewhere. */
export const fileOfCaller = (path: string): string => resolve(process.env["INIT_CWD"] ?? process.cwd(), path);

/** Sets NEXTAUTH_URL, from which alone next-auth knows its public address. */
export const tellNextAuth = (publicUrl: string): void => {
  process.env["NEXTAUTH_URL"] = publicUrl;
};

/** What this process's environment sets that looks like a setting and is none, in words. */
export const describeUnknownSettings = (): string[] =>
  unknownSettings(process.env).map(
    ({ name, meant }) => `${name} is no setting${meant === null ? "" : `; did you mean ${meant}?`} docs/settings.md lists all`,
  );

/** Why this server's pages can't work under its address, in words; null if they can. */
export const pagesProblem = (publicUrl: string): string | null =>
  new URL(publicUrl).pathname === "/"
    ? null
    : `WEBSTER_URL has a path: under ${publicUrl} the API and sources can be reached, pages and sign-in can't; give them a host's name of their own`;

/** This process's environment without its configuration, for a Webster in a child process that has its own. */
export const foreignEnvironment = (): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !isSettingName(name.replace(/_FILE$/, ""))));

/** The configuration of a program that neither seals nor opens anything: it is asked for no secret. */
export const setEnvWithoutSecret = (): void => setEnv(readEnv(process.env, { needsSecret: false }));

const databaseUrls = ["DATABASE_URL", "DATABASE_DIRECT_URL", "DATABASE_REPLICA_URL", "DATABASE_OWNER_URL"] as const;

/** Throws ConfigurationError with every fault. */
export function readEnv(source: Record<string, string | undefined>, { needsSecret = true } = {}): Env {
  const { given, faults: unread } = givenSettings(source);
  const { values: v, faults: unfit } = readSettings(given);
  const faults = [...unread, ...unfit];
  const isSet = (name: SettingName): boolean => given[name] !== undefined;
  const url = v.WEBSTER_URL;
  if (!isSet("WEBSTER_URL") && v.WEBSTER_SMTP_URL !== undefined && isEveryNetwork(v.HOST))
    faults.push(`WEBSTER_URL: required with WEBSTER_SMTP_URL and HOST=${v.HOST}, because the links in mails lead there`);
  if (needsSecret && isSet("DATABASE_URL") && !isSet("WEBSTER_SECRET"))
    faults.push("WEBSTER_SECRET: required with DATABASE_URL, because it must outlive this machine. Make one with: openssl rand -base64 32");
  if (isSet("DATABASE_OWNER_URL") && !isSet("DATABASE_URL"))
    faults.push("DATABASE_OWNER_URL: needs DATABASE_URL, the user that Webster works as; the embedded database has its own");
  const otherSecrets = v.WEBSTER_OTHER_SECRETS ?? [];
  faults.push(...faultsOfSecrets(v.WEBSTER_SECRET, otherSecrets).map((fault) => `WEBSTER_OTHER_SECRETS: ${fault}`));
  for (const [one, other] of pairs) if (isSet(one) !== isSet(other)) faults.push(`${one} and ${other}: set both or neither`);
  for (const name of ["DATABASE_DIRECT_URL", "DATABASE_REPLICA_URL"] as const)
    if (isSet(name) && !isSet("DATABASE_URL")) faults.push(`${name}: set DATABASE_URL too, beside which it is used`);
  for (const name of databaseUrls) {
    const fault = v[name] === undefined ? null : tlsFaultOf(v[name]);
    if (fault !== null) faults.push(`${name}: ${fault}`);
  }
  if (faults.length > 0) throw new ConfigurationError(faults.join("\n"));

  const isOnlyHere = v.WEBSTER_TRUSTED_PROXIES === 0 && [v.HOST, hostnameOf(url) ?? v.HOST].every(isLoopback);
  // Receivers on a laptop itself are allowed only if nobody else can reach Webster, directly or by a proxy.
  const isPrivate = v.DATABASE_URL === undefined && isOnlyHere;
  const issuer = v.WEBSTER_OIDC_ISSUER;
  return {
    production: source["NODE_ENV"] === "production",
    port: v.PORT,
    host: v.HOST,
    publicUrl: url ?? null,
    databaseUrl: v.DATABASE_URL ?? null,
    directDatabaseUrl: v.DATABASE_DIRECT_URL ?? null,
    replicaDatabaseUrl: v.DATABASE_REPLICA_URL ?? null,
    replicaLagMs: v.WEBSTER_REPLICA_LAG_SECONDS * 1000,
    databaseOwnerUrl: v.DATABASE_OWNER_URL ?? null,
    dataDir: resolve(v.WEBSTER_DATA_DIR),
    secret: v.WEBSTER_SECRET ?? null,
    otherSecrets,
    roles: { web: v.WEBSTER_ROLES.includes("web"), worker: v.WEBSTER_ROLES.includes("worker") },
    processes: v.WEBSTER_PROCESSES === "auto" ? automaticProcesses(thisMachine()) : v.WEBSTER_PROCESSES,
    bootstrap: {
      apiKey: v.WEBSTER_BOOTSTRAP_API_KEY ?? null,
      email: v.WEBSTER_BOOTSTRAP_EMAIL ?? null,
      password: v.WEBSTER_BOOTSTRAP_PASSWORD ?? null,
    },
    apiKey: v.WEBSTER_API_KEY ?? null,
    svix: { url: v.SVIX_URL ?? null, token: v.SVIX_TOKEN ?? null },
    retryScheduleSeconds: v.WEBSTER_RETRY_SCHEDULE,
    attemptTimeoutMs: v.WEBSTER_ATTEMPT_TIMEOUT_SECONDS * 1000,
    stopDelayMs: v.WEBSTER_STOP_DELAY_SECONDS * 1000,
    stopMs: v.WEBSTER_STOP_SECONDS * 1000,
    operationsPort: v.WEBSTER_OPERATIONS_PORT ?? null,
    databaseWaitMs: v.WEBSTER_DATABASE_WAIT_SECONDS * 1000,
    leaseSeconds: v.WEBSTER_LEASE_SECONDS,
    allowedNetworks: v.WEBSTER_ALLOWED_NETWORKS ?? (isPrivate ? loopback : []),
    allowedHosts: v.WEBSTER_ALLOWED_HOSTS,
    egress:
      v.WEBSTER_EGRESS_PROXY === undefined
        ? null
        : { proxyUrl: v.WEBSTER_EGRESS_PROXY, except: v.WEBSTER_EGRESS_EXCEPT, check: v.WEBSTER_EGRESS_CHECK },
    egressAddresses: v.WEBSTER_EGRESS_ADDRESSES,
    httpsOnly: v.WEBSTER_HTTPS_ONLY,
    dnsTimeoutMs: v.WEBSTER_DNS_TIMEOUT_SECONDS * 1000,
    limits: limitsOf(v),
    maxPayloadBytes: v.WEBSTER_MAX_PAYLOAD_BYTES,
    retentionDays: v.WEBSTER_RETENTION_DAYS,
    quarantineBytes: v.WEBSTER_QUARANTINE_BYTES,
    rateLimitPerSecond: v.WEBSTER_RATE_LIMIT || null,
    personRateLimitPerSecond: v.WEBSTER_PERSON_RATE_LIMIT || null,
    traces: tracesOf(v),
    portalOrigins: v.WEBSTER_PORTAL_ORIGINS,
    trustedProxies: v.WEBSTER_TRUSTED_PROXIES,
    listen: v.WEBSTER_LISTEN ?? (isOnlyHere ? "open" : "off"),
    mail: both(v.WEBSTER_SMTP_URL, v.WEBSTER_MAIL_FROM, (smtpUrl, from) => ({ smtpUrl, from })),
    github: both(v.WEBSTER_GITHUB_ID, v.WEBSTER_GITHUB_SECRET, (clientId, clientSecret) => ({
      clientId,
      clientSecret,
      url: v.WEBSTER_GITHUB_URL ?? null,
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
            trustsEmail: v.WEBSTER_OIDC_TRUST_EMAIL,
          })),
  };
}

function tracesOf(v: Values): TraceSettings | null {
  const endpoint = v.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (endpoint === undefined || v.OTEL_SDK_DISABLED) return null;
  return {
    endpoint,
    headers: v.OTEL_EXPORTER_OTLP_HEADERS ?? {},
    serviceName: v.OTEL_SERVICE_NAME,
    resource: v.OTEL_RESOURCE_ATTRIBUTES ?? {},
    sampler: v.OTEL_TRACES_SAMPLER,
    ratio: v.OTEL_TRACES_SAMPLER_ARG,
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

/** What is wrong with secrets that are there together, in words that name them by their place. */
function faultsOfSecrets(newest: string | undefined, others: readonly string[]): string[] {
  if (others.length > 0 && newest === undefined)
    return ["needs WEBSTER_SECRET, the one that seals; a generated one is rotated by the program rotate-secret alone"];
  return others.flatMap((secret, index) => {
    const place = `number ${index + 1} of ${others.length}`;
    if (secret === newest) return [`${place} is WEBSTER_SECRET itself: list only others`];
    return others.indexOf(secret) < index ? [`${place} stands there twice`] : [];
  });
}

const loopback = ["127.0.0.0/8", "::1/128"];

const hostnameOf = (url: string | undefined): string | null => (url === undefined ? null : new URL(url).hostname);

const bare = (host: string): string => host.replace(/^\[|\]$/g, "");

function isLoopback(host: string): boolean {
  const name = bare(host).toLowerCase().replace(/\.$/, "");
  if (name === "localhost" || name.endsWith(".localhost")) return true;
  return ipaddr.isValid(name) && ipaddr.process(name).range() === "loopback";
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
