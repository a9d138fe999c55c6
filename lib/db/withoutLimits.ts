/** What a role or a database may be given for its ordinary work, by PostgreSQL's versions: not all know all. */
const limits = ["statement_timeout", "lock_timeout", "transaction_timeout", "idle_in_transaction_session_timeout", "idle_session_timeout"];

/** SQL: from here on nothing takes too long. `isLocal`: for the transaction alone. */
export const withoutLimits = (isLocal: boolean): string =>
  `do $$ begin perform set_config(name, '0', ${isLocal}) from pg_settings where name in (${limits.map((name) => `'${name}'`).join(", ")}); end $$;`;
