/** What a role or a database may be given for its ordinary work, by PostgreSQL's versions: not all know all. */
const limits = ["statement_timeout", "lock_timeout", "transaction_timeout", "idle_in_transaction_session_timeout", "idle_session_timeout"];

/** SQL: from here on nothing takes too long. `isLocal`: for the transaction alone. */
export const withoutLimits = (isLocal: boolean): string =>
  `do $$ begin perform set_config(name, '0', ${isLocal}) from pg_settings where name in (${limits.map((name) => `'${name}'`).join(", ")}); end $$;`;

/**
 * SQL: from here on the server looks whether somebody still waits for a statement. What a killed program has begun would otherwise go on to
 * its end, with its locks, and be rolled back only then. Servers on some systems can't look.
 */
export const whileWanted = `do $$ begin perform set_config('client_connection_check_interval', '2s', false);
  exception when invalid_parameter_value then null; end $$;`;
