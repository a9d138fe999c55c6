/** What an error of PostgreSQL, or of the way to it, means for the person who starts Webster. */
import { hostsOf, parseDatabaseUrl } from "../databaseUrl.ts";
import { isCertificateFault } from "../tlsFault.ts";
import { StartError } from "./startError.ts";

type Target = { host: string; user: string; name: string };
type Explanation = (target: Target, message: string) => [what: string, remedy: string];

const unreachable: Explanation = ({ host }, message) => [
  `PostgreSQL can't be reached at ${host}: ${message}.`,
  "Check that it runs and that DATABASE_URL names its host and port.",
];
const silent: Explanation = ({ host }) => [
  `PostgreSQL doesn't answer at ${host}.`,
  "Check that DATABASE_URL names its host and port, and that no firewall is between.",
];

const untrusted: Explanation = ({ host }, message) => [
  `The certificate of PostgreSQL at ${host} is not trusted: ${message}.`,
  "Name the CA that signed it in DATABASE_URL: ?sslmode=verify-full&sslrootcert=/etc/webster/ca.pem",
];

const outOfTime: Explanation = ({ host }, message) => [
  `The certificate of PostgreSQL at ${host} is not valid at this time: ${message}.`,
  "Renew it there, or correct the clock of this machine.",
];

/** What OpenSSL says of the files that the URL names. */
const badTlsFile: Explanation = (_, message) => [
  `TLS can't be spoken with the files that DATABASE_URL names: ${message.split(":").at(-1)?.trim()}.`,
  "Name files in PEM form there: in sslcert a certificate, in sslkey its key, without a password.",
];

/** Why a server refuses somebody, by its own words; else it is about the user. */
const refusals: [pattern: RegExp, remedy: string][] = [
  [
    /no encryption/,
    "It takes connections by TLS alone: add sslmode=verify-full to DATABASE_URL, and sslrootcert=/etc/webster/ca.pem for a CA of its own.",
  ],
  [/client certificate/, "Name one in DATABASE_URL: sslmode=verify-full&sslcert=/etc/webster/client.pem&sslkey=/etc/webster/client.key"],
  [/certificate authentication failed/, "Name in sslcert a certificate that is made out for this user, or map its name in pg_ident.conf."],
];

const refused: Explanation = ({ host, user }, message) => [
  `PostgreSQL at ${host} refuses user "${user}": ${message}.`,
  refusals.find(([pattern]) => pattern.test(message))?.[1] ?? "Correct the user in DATABASE_URL, or allow this one in pg_hba.conf.",
];

/** What a server says that is there, and takes nobody at the moment. */
const away: Explanation = ({ host }, message) => [
  `PostgreSQL at ${host} takes no connections at the moment: ${message}.`,
  "It is starting, stopping or recovering: start again when it is done. If that takes long, its log says why.",
];

/** What a server says that holds a statement up or breaks it off. */
const brokenOff: Explanation = ({ host, name }, message) => [
  `PostgreSQL at ${host} broke off what Webster did to database "${name}": ${message}.`,
  /statement timeout/.test(message)
    ? `A start takes longer than the statement_timeout there: ALTER ROLE … RESET statement_timeout, or ALTER DATABASE "${name}" RESET statement_timeout.`
    : "Look for who holds locks there (pg_stat_activity), end that or wait for it, then start again.",
];

const damaged: Explanation = ({ host, name }, message) => [
  `PostgreSQL at ${host} can't read or write its own files, of database "${name}": ${message}.`,
  "Look at its disk and its log. If data are lost there, restore a backup (docs/operating/backup.md).",
];

/** What the driver says without a code. */
const wordings: [pattern: RegExp, Explanation][] = [
  [/timeout expired|Query read timeout/, silent],
  [
    /client password must be a/,
    ({ host, user }) => [
      `PostgreSQL at ${host} asks for the password of user "${user}", and DATABASE_URL has none.`,
      "Put it there: postgresql://user:password@host/database (special characters percent-encoded).",
    ],
  ],
  [
    /does not support SSL/,
    ({ host }) => [`PostgreSQL at ${host} speaks no TLS.`, "Turn its `ssl` on, or take sslmode out of DATABASE_URL."],
  ],
  [
    /terminated unexpectedly/i,
    ({ host }) => [
      `What answers at ${host} ended the connection.`,
      "Check that DATABASE_URL names the host and port of a PostgreSQL, and what its log says.",
    ],
  ],
  [
    /unexpected message|error establishing an SSL connection|Received invalid response/i,
    ({ host }) => [`What answers at ${host} is not PostgreSQL.`, "Check that DATABASE_URL names its host and port."],
  ],
];

/** Explanations by the code of Node.js or the SQLSTATE of PostgreSQL. */
const explanations: Record<string, Explanation> = {
  ECONNREFUSED: unreachable,
  ENOTFOUND: unreachable,
  EAI_AGAIN: unreachable,
  EHOSTUNREACH: unreachable,
  ENETUNREACH: unreachable,
  ENOENT: unreachable,
  ECONNRESET: unreachable,
  ETIMEDOUT: silent,
  "28P01": ({ host, user }) => [
    `PostgreSQL at ${host} refuses the password of user "${user}".`,
    "Correct user and password in DATABASE_URL.",
  ],
  "28000": refused,
  "3D000": ({ host, user, name }) =>
    name === ""
      ? [
          `DATABASE_URL names no database, and PostgreSQL at ${host} has none that is called as user "${user}".`,
          "Name it there: postgresql://user:password@host:5432/database",
        ]
      : [`PostgreSQL at ${host} has no database "${name}".`, `Create it: createdb ${name}`],
  "42501": ({ user, name }, message) => [
    `User "${user}" may not create or change Webster's tables in database "${name}": ${message}.`,
    `Name a user who owns the database in DATABASE_OWNER_URL, or let this one: ALTER DATABASE "${name}" OWNER TO "${user}";`,
  ],
  "08P01": ({ host }, message) => [
    `What answers at ${host} is a pooler, and refuses: ${message}.`,
    "Correct DATABASE_URL, or the pooler's own settings.",
  ],
  "25006": ({ host, name }) => [
    `The database "${name}" at ${host} takes no writes.`,
    "Set DATABASE_URL to the primary, or name all hosts there with target_session_attrs=read-write.",
  ],
  "57P01": away,
  "57P02": away,
  "57P03": away,
  "57014": brokenOff,
  "55P03": brokenOff,
  "40P01": brokenOff,
  "58030": damaged,
  "58P01": damaged,
  XX001: damaged,
  XX002: damaged,
  CERT_HAS_EXPIRED: outOfTime,
  CERT_NOT_YET_VALID: outOfTime,
  ERR_TLS_CERT_ALTNAME_INVALID: ({ host }, message) => [
    `The certificate of PostgreSQL at ${host} is for another name: ${message}.`,
    "Name in DATABASE_URL the host that the certificate is for.",
  ],
  "53100": ({ host }, message) => [`The disk of PostgreSQL at ${host} is full: ${message}.`, "Free some space there."],
  "53300": ({ host }, message) => [
    `PostgreSQL at ${host} has no free connection: ${message}.`,
    "Raise its max_connections, or close others.",
  ],
};

/** A StartError if the error is one that a person can act on; else the error itself. */
export const explainDatabaseError = (error: unknown, url: string): unknown => explain(error, describeUrl(url));

/** The same for an embedded server, whose place is its directory: the one of its socket, which the URL names, has no disk to look at. */
export function explainEmbeddedError(error: unknown, url: string, directory: string): unknown {
  // What the server itself has said, also if it has been explained by the URL already.
  const said = error instanceof StartError && saidByServer.test(codeOf(error.cause)) ? error.cause : error;
  return explain(said, { ...describeUrl(url), host: directory });
}

/** SQLSTATEs, as against codes of Node.js. */
const saidByServer = /^(\d|XX)/;

const codeOf = (error: unknown): string => (error instanceof Error && "code" in error ? String(error.code) : "");

function explain(error: unknown, target: Target): unknown {
  // Where a name has several addresses, Node.js reports the failures of all of them in one.
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  if (!(first instanceof Error) || first instanceof StartError) return first;
  if ("syscall" in first && first.syscall === "open")
    return new StartError(
      `A file that DATABASE_URL names can't be read: ${first.message}.`,
      "Correct sslrootcert, sslcert or sslkey there.",
    );
  const code = codeOf(first);
  const explanation =
    explanations[code] ??
    (isCertificateFault(code) ? untrusted : undefined) ??
    (code.startsWith("ERR_OSSL_") ? badTlsFile : undefined) ??
    wordings.find(([pattern]) => pattern.test(first.message))?.[1];
  return explanation === undefined ? first : new StartError(...explanation(target, first.message), first);
}

/** The parts of a database URL that may be shown: not the password. */
export function describeUrl(url: string): Target {
  const target = parseDatabaseUrl(url);
  return target === null ? { host: "", user: "", name: "" } : { host: hostsOf(target), user: target.user, name: target.name };
}
