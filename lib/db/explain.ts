/** What an error of PostgreSQL, or of the way to it, means for the person who starts Webster. */
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
  "28000": ({ host, user }, message) => [
    `PostgreSQL at ${host} refuses user "${user}": ${message}.`,
    "Correct the user in DATABASE_URL, or allow this one in pg_hba.conf.",
  ],
  "3D000": ({ host, name }) => [`PostgreSQL at ${host} has no database "${name}".`, `Create it: createdb ${name}`],
  "42501": ({ user, name }, message) => [
    `User "${user}" may not create Webster's tables in database "${name}": ${message}.`,
    `Let it own the database: ALTER DATABASE "${name}" OWNER TO "${user}";`,
  ],
  "53100": ({ host }, message) => [`The disk of PostgreSQL at ${host} is full: ${message}.`, "Free some space there."],
  "53300": ({ host }, message) => [
    `PostgreSQL at ${host} has no free connection: ${message}.`,
    "Raise its max_connections, or close others.",
  ],
};

/** A StartError if the error is one that a person can act on; else the error itself. */
export function explainDatabaseError(error: unknown, url: string): unknown {
  // Where a name has several addresses, Node.js reports the failures of all of them in one.
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  if (!(first instanceof Error) || first instanceof StartError) return first;
  const code = "code" in first ? String(first.code) : "";
  const explanation = first.message.includes("timeout expired") ? silent : explanations[code];
  return explanation === undefined ? first : new StartError(...explanation(describeUrl(url), first.message), first);
}

/** The parts of a database URL that may be shown: not the password. */
export function describeUrl(url: string): Target {
  const parsed = new URL(url);
  const host = parsed.searchParams.get("host") ?? parsed.host;
  return { host, user: decodeURIComponent(parsed.username), name: decodeURIComponent(parsed.pathname.slice(1)) };
}
