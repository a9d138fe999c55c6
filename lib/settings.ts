/**
 * Every setting, once: its kind, its default, what it means, and a bad value to show the error of. lib/env.ts reads them;
 * docs/settings.md and .env.example are written from here (`npm run docs:settings`).
 */
import { type LimitName, limits, mostOfALimit } from "./limits.ts";
import {
  anyText,
  databaseUrl,
  addressOrNetwork,
  decimal,
  domain,
  domainOrNetwork,
  flag,
  httpUrl,
  listOf,
  longText,
  network,
  oneOf,
  origin,
  publicUrl,
  secretsOf,
  token,
  urlOf,
  whole,
  wholeOr,
} from "./settingKinds.ts";
import { optional, type Setting, setting } from "./setting.ts";
import { traceSettings } from "./traceSettings.ts";

const server = {
  PORT: setting(whole(0, 65_535), "3000", "The port to listen on; 0 takes any free one.", { bad: "http" }),
  HOST: setting(anyText, "127.0.0.1", "The address to listen on. 0.0.0.0 makes Webster reachable from other machines."),
  WEBSTER_URL: optional(
    publicUrl,
    "from host and port",
    "The address at which people reach Webster, used in links. The dashboard needs a host name of its own: under a path that a proxy strips, only the API and sources work. Required for a worker with `DATABASE_URL`, and for mail if `HOST` is 0.0.0.0.",
    { example: "https://webhooks.example.com", bad: "example.com" },
  ),
  WEBSTER_ROLES: setting(listOf(oneOf("web", "worker")), "web,worker", "What this process does: serve HTTP, deliver, or both.", {
    bad: "web,cook",
  }),
  WEBSTER_PROCESSES: setting(
    wholeOr("auto", 1, 64),
    "auto",
    "How many processes share the port and the work on this machine ([processes](operating/processes.md#processes)). `auto`: one, or on more than two cores one per core, up to 8 and as memory allows (512 MiB each).",
    { bad: "all" },
  ),
  WEBSTER_TRUSTED_PROXIES: setting(
    whole(0, 10),
    "0",
    "How many of your own proxies stand in front, each appending to `X-Forwarded-For`. The audit log and the limit on failed sign-ins then use the client's address. With 0 the header is ignored.",
    { bad: "yes" },
  ),
  WEBSTER_STOP_DELAY_SECONDS: setting(
    decimal(0, 300),
    "0",
    "How long requests are still taken after SIGTERM, while `/health/ready` answers 503, so that load balancers can send them elsewhere.",
    { bad: "soon" },
  ),
  WEBSTER_STOP_SECONDS: setting(
    decimal(1, 3600),
    "25",
    "How long stopping may take after that; what is still under way is then left to other processes. Keep the sum of both a little below the time after which the process is killed (Kubernetes: 30 s).",
    { bad: "0" },
  ),
  WEBSTER_OPERATIONS_PORT: optional(
    whole(0, 65_535),
    "no such port",
    "A second port that serves `/health/live`, `/health/ready` and `/metrics` without a key, on workers too: for probes and Prometheus. Do not expose it to the internet.",
    { example: "9090", bad: "metrics" },
  ),
};

const database = {
  DATABASE_URL: optional(
    databaseUrl,
    "an embedded PostgreSQL 18",
    "PostgreSQL 14 or later. Several hosts may be given, separated by commas as in libpq: after a failover the one that takes writes is found again (`target_session_attrs`). TLS with your own CA: `?sslmode=verify-full&sslrootcert=/etc/ca.pem` (`require`, `verify-ca` and `prefer` mean the same). PgBouncer works in session mode and, with the next setting, in transaction mode.",
    { example: "postgresql://webster:password@db.example.com:5432/webster", bad: "mysql://db.example.com/webster", secret: "password" },
  ),
  DATABASE_DIRECT_URL: optional(
    databaseUrl,
    "`DATABASE_URL`",
    "The same database without a pooler, for what needs a session of its own: notifications, locks, migrations, and statements with planner settings of their own (15 connections per process, and 10 through `DATABASE_URL`).",
    { example: "postgresql://webster:password@primary.example.com:5432/webster", bad: "primary.example.com", secret: "password" },
  ),
  DATABASE_REPLICA_URL: optional(
    databaseUrl,
    "the primary",
    "A standby from which the log's lists and figures are read, as long as it does not lag too far behind.",
    { example: "postgresql://webster:password@standby.example.com:5432/webster", bad: "standby.example.com", secret: "password" },
  ),
  WEBSTER_REPLICA_LAG_SECONDS: setting(decimal(0.1, 3600), "5", "If the replica lags further behind than this, the primary is read.", {
    bad: "0",
  }),
  DATABASE_OWNER_URL: optional(
    databaseUrl,
    "`DATABASE_URL`",
    "The same database without a pooler, as the user who owns the tables. Migrations run as this user, and the user of `DATABASE_URL` is granted only what daily work needs: it can read the audit log and add to it, but not change it ([the database's roles](operating/database.md#the-databases-roles)). Needed whenever there is something to migrate; `npm run migrate` does only that.",
    {
      example: "postgresql://webster_owner:password@db.example.com:5432/webster",
      bad: "mysql://db.example.com/webster",
      secret: "password",
    },
  ),
  WEBSTER_DATA_DIR: setting(anyText, ".webster", "The folder of the embedded database and the generated master key."),
  WEBSTER_SECRET: optional(
    longText(32),
    "generated, while the database is embedded",
    "The master key, which encrypts the secrets in the database. Required with `DATABASE_URL`. Make one with `openssl rand -base64 32` and keep it safe: without it no stored secret can be read.",
    { bad: "short", secret: "all" },
  ),
  WEBSTER_OTHER_SECRETS: optional(
    secretsOf(32),
    "none",
    "Other master keys, which decrypt what was encrypted with them and encrypt nothing new: the previous one while it is being replaced, or the next one while some processes do not have it yet. [Rotating the secret](operating/access.md#rotating-the-secret) explains the order; a generated key is rotated by `npm run rotate-secret`.",
    { example: "the-secret-of-before-which-has-32-characters", bad: "short", secret: "all" },
  ),
  WEBSTER_DATABASE_WAIT_SECONDS: setting(
    decimal(0.1, 60),
    "2",
    "How long a request waits for a free database connection before it is answered 503.",
    { bad: "0" },
  ),
};

const first = {
  WEBSTER_BOOTSTRAP_API_KEY: optional(
    token(16, 4096),
    "the first start prints a link for creating the owner",
    'On an empty database, creates an organization, its environment "Production" and this API key, without a browser.',
    { bad: "short", secret: "all" },
  ),
  WEBSTER_BOOTSTRAP_EMAIL: optional(anyText, "no owner", "The owner of that organization, with the password below.", {
    example: "ada@example.com",
  }),
  WEBSTER_BOOTSTRAP_PASSWORD: optional(anyText, "no owner", "The owner's password.", { secret: "all" }),
};

const delivery = {
  WEBSTER_RETRY_SCHEDULE: setting(
    listOf(decimal(0, 2_592_000), 30),
    "5,300,1800,7200,18000,36000,36000",
    "Seconds between the attempts of a delivery, at most 30 values: the 7 waits of the default make 8 attempts over about 28 hours.",
    { bad: "5,soon" },
  ),
  WEBSTER_ATTEMPT_TIMEOUT_SECONDS: setting(
    decimal(0.01, 300),
    "15",
    "The deadline for a whole attempt: connecting, sending, and reading the answer.",
    { bad: "0" },
  ),
  WEBSTER_LEASE_SECONDS: setting(
    decimal(1, 3600),
    "60",
    "How long a process owns the deliveries it has taken. If it dies, others take them over after this time.",
    { bad: "0" },
  ),
  WEBSTER_MAX_PAYLOAD_BYTES: setting(
    whole(1024, 67_108_864),
    "1048576",
    "The largest payload of a message; a larger one is answered 413.",
    {
      bad: "1MB",
    },
  ),
};

const targets = {
  WEBSTER_ALLOWED_NETWORKS: optional(
    listOf(network),
    "none; loopback while only this machine reaches Webster",
    "Networks to which webhooks may be sent although they are not public, or `none`. By default loopback is allowed only if the database is embedded, `HOST` and `WEBSTER_URL` are loopback, and no proxy is trusted; the log says at the start what is allowed.",
    { example: "10.0.0.0/8", bad: "10.0.0.0/33" },
  ),
  WEBSTER_ALLOWED_HOSTS: setting(
    listOf(domain),
    "none",
    "Domains that are exempt from the address check, subdomains included: for names inside your own network whose addresses change.",
    { example: "internal.example.com", bad: "10.0.0.1" },
  ),
  WEBSTER_EGRESS_PROXY: optional(
    httpUrl,
    "webhooks leave directly",
    "An HTTP or HTTPS proxy through which webhooks and other requests to tenants' URLs leave, by CONNECT. The proxy's own failures are not counted against receivers.",
    { example: "http://user:password@proxy.example.com:3128", bad: "proxy.example.com:3128", secret: "password" },
  ),
  WEBSTER_EGRESS_EXCEPT: setting(
    listOf(domainOrNetwork),
    "none",
    "Domains (subdomains included) and networks that are reached without the proxy; a network applies to URLs with an IP address. Loopback is always reached directly.",
    { example: "internal.example.com", bad: "internal example" },
  ),
  WEBSTER_EGRESS_CHECK: setting(
    oneOf("webster", "proxy"),
    "webster",
    "Who resolves names and checks their addresses: `webster`, which then gives the proxy an address, or `proxy`, which is given the name (smokescreen).",
    { bad: "both" },
  ),
  WEBSTER_EGRESS_ADDRESSES: setting(
    listOf(addressOrNetwork),
    "none",
    "The addresses your webhooks come from, published to receivers for their firewalls: in the portal and at `/api/v1/egress-addresses`.",
    { example: "203.0.113.0/28", bad: "our office" },
  ),
  WEBSTER_HTTPS_ONLY: setting(flag, "true", "Refuse `http://` endpoints, except in allowed networks.", { bad: "yes" }),
  WEBSTER_DNS_TIMEOUT_SECONDS: setting(
    decimal(0.1, 60),
    "5",
    "The deadline for resolving a name. /etc/hosts, DNS and the search list of /etc/resolv.conf are used; other services of the system, such as mDNS, are not.",
    { bad: "0" },
  ),
};

const kept = {
  WEBSTER_RETENTION_DAYS: setting(whole(1, 3650), "90", "Messages, deliveries and attempts older than this are dropped, a day at a time.", {
    bad: "0",
  }),
  WEBSTER_QUARANTINE_BYTES: setting(
    whole(1_048_576, Number.MAX_SAFE_INTEGER),
    "1073741824",
    "How many bytes of requests that did not verify are kept per environment. Above that, rejected requests are recorded without their body, at most one a second per source, and days older than 24 hours are dropped, the oldest first.",
    { bad: "1GB" },
  ),
};

const callers = {
  WEBSTER_RATE_LIMIT: setting(
    whole(0, 1_000_000),
    "0",
    "Requests a second for each API key that has no limit of its own. It holds for each server, over all its processes; more are answered 429 with `Retry-After`. 0: no limit.",
    { bad: "-1" },
  ),
  WEBSTER_PERSON_RATE_LIMIT: setting(whole(0, 1_000_000), "200", "The same for each member and each portal token.", { bad: "many" }),
  WEBSTER_PORTAL_ORIGINS: setting(listOf(origin), "none", "Origins whose pages may show the portal in a frame, besides Webster's own.", {
    example: "https://app.example.com",
    bad: "app.example.com",
  }),
  WEBSTER_LISTEN: optional(
    oneOf("off", "keys", "open"),
    "`open` while `HOST` and `WEBSTER_URL` are loopback, else `off`",
    "Who may have requests forwarded to a developer's machine (`webster listen`, `svix listen`): nobody, holders of an API key, or anybody who reaches the server.",
    { example: "keys", bad: "yes" },
  ),
};

const mail = {
  WEBSTER_SMTP_URL: optional(
    urlOf("a URL such as smtps://user:password@smtp.example.com", "smtps", "smtp"),
    "links are shown to copy",
    "The SMTP server that sends invitations, password resets and alerts.",
    { example: "smtps://user:password@smtp.example.com", bad: "smtp.example.com", secret: "password" },
  ),
  WEBSTER_MAIL_FROM: optional(anyText, "no mail", "The sender of these mails.", { example: "Webster <webster@example.com>" }),
};

const signIn = {
  WEBSTER_GITHUB_ID: optional(
    anyText,
    "no sign-in with GitHub",
    "The client ID of a GitHub OAuth app with the redirect URL `<WEBSTER_URL>/api/auth/callback/github`.",
  ),
  WEBSTER_GITHUB_SECRET: optional(anyText, "no sign-in with GitHub", "The client secret of that app.", { secret: "all" }),
  WEBSTER_GITHUB_URL: optional(httpUrl, "https://github.com", "The address of a GitHub Enterprise Server.", {
    example: "https://github.example.com",
    bad: "github.example.com",
  }),
  WEBSTER_GOOGLE_ID: optional(
    anyText,
    "no sign-in with Google",
    "The client ID of a Google OAuth client with the redirect URL `<WEBSTER_URL>/api/auth/callback/google`.",
  ),
  WEBSTER_GOOGLE_SECRET: optional(anyText, "no sign-in with Google", "The secret of that client.", { secret: "all" }),
  WEBSTER_OIDC_ISSUER: optional(
    httpUrl,
    "no sign-in there",
    "The issuer URL of an OpenID Connect provider (Keycloak, Okta, Entra, Auth0, Authentik …): what comes before `/.well-known/openid-configuration`. The redirect URL is `<WEBSTER_URL>/api/auth/callback/oidc`.",
    { example: "https://login.example.com/realms/cafe", bad: "login.example.com" },
  ),
  WEBSTER_OIDC_ID: optional(anyText, "no sign-in there", "The client ID at that provider."),
  WEBSTER_OIDC_SECRET: optional(anyText, "no sign-in there", "The secret of that client.", { secret: "all" }),
  WEBSTER_OIDC_NAME: setting(anyText, "single sign-on", 'The name on the button: "Sign in with …".'),
  WEBSTER_OIDC_TRUST_EMAIL: setting(
    flag,
    "false",
    "Normally only email addresses that the provider marks as verified (`email_verified`) are accepted. `true` also accepts those it does not mark at all, as with Microsoft Entra: only for a provider whose accounts all belong to your own people.",
    { bad: "yes" },
  ),
};

const limitSettings = Object.fromEntries(
  (Object.keys(limits) as LimitName[]).map((name) => [
    limits[name].variable,
    setting(whole(1, mostOfALimit), String(limits[name].fallback), `At most this many ${limits[name].bounds}.`, { bad: "0" }),
  ]),
) as Record<(typeof limits)[LimitName]["variable"], Setting<number>>;

const programs = {
  WEBSTER_API_KEY: optional(
    anyText,
    "the Webster on this machine, or one of its own",
    "For `npm run demo` and other programs: an API key of the Webster at `WEBSTER_URL`.",
    { secret: "all" },
  ),
  SVIX_URL: optional(anyText, "Svix's cloud, in the key's region", "For `npm run migrate:svix`: the server to move from.", {
    example: "https://api.eu.svix.com",
  }),
  SVIX_TOKEN: optional(anyText, "nothing to move", "A key of the environment to move.", { secret: "all" }),
};

/** The sections of the documented table, each with its settings. */
export const sections = [
  ["The server", server],
  ["The database", database],
  ["The first start", first],
  ["Deliveries", delivery],
  ["Where webhooks may go", targets],
  ["What is kept", kept],
  ["Traces", traceSettings],
  ["Callers and pages", callers],
  ["Mail", mail],
  ["Signing in elsewhere", signIn],
  ["Limits", limitSettings],
  ["Programs beside the server", programs],
] as const satisfies (readonly [title: string, settings: Record<string, Setting>])[];

export const settings = {
  ...server,
  ...database,
  ...first,
  ...delivery,
  ...targets,
  ...kept,
  ...traceSettings,
  ...callers,
  ...mail,
  ...signIn,
  ...limitSettings,
  ...programs,
};

export type { Setting } from "./setting.ts";
export type SettingName = keyof typeof settings;
export type Values = { [Name in SettingName]: (typeof settings)[Name] extends Setting<infer T> ? T : never };

/** What is wrong with a value. A secret is not quoted. */
export const faultOf = (name: string, { kind, secret }: Setting, text: string): string =>
  `${name}: ${secret === null ? JSON.stringify(text) : "what is set"} is not ${kind.takes}`;

/** The values of all settings, and what is wrong with those that are not what they should be; such a one has no value. */
export function readSettings(given: Record<string, string>): { values: Values; faults: string[] } {
  const faults: string[] = [];
  const values = Object.entries<Setting>(settings).map(([name, one]) => {
    const text = given[name]?.trim() ?? one.fallback;
    if (text === null) return [name, undefined];
    const value = one.kind.read(text);
    if (value === undefined) faults.push(faultOf(name, one, text));
    return [name, value];
  });
  return { values: Object.fromEntries(values) as Values, faults };
}
