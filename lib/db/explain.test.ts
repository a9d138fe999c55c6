import { expect, it } from "vitest";
import { describeUrl, explainDatabaseError, explainEmbeddedError } from "./explain.ts";
import { StartError } from "./startError.ts";

const url = "postgresql://webster:hunter2@db.example.com:5432/hooks";
const failure = (code: string, message = "what the driver says"): Error => Object.assign(new Error(message), { code });

it.each([
  ["ECONNREFUSED", "can't be reached at db.example.com:5432"],
  ["EAI_AGAIN", "can't be reached at db.example.com:5432"],
  ["ETIMEDOUT", "doesn't answer at db.example.com:5432"],
  ["28P01", 'refuses the password of user "webster"'],
  ["28000", 'refuses user "webster"'],
  ["3D000", 'has no database "hooks"'],
  ["42501", 'User "webster" may not create or change Webster\'s tables in database "hooks"'],
  ["53100", "disk of PostgreSQL at db.example.com:5432 is full"],
  ["53300", "has no free connection"],
  ["57P03", "takes no connections at the moment"],
  ["57014", 'broke off what Webster did to database "hooks"'],
  ["XX001", "can't read or write its own files"],
])("tells %s in words, without the password", (code, words) => {
  const told = explainDatabaseError(failure(code), url) as StartError;
  expect(told).toBeInstanceOf(StartError);
  expect(told.message).toContain(words);
  expect(told.remedy).not.toBe("");
  expect(`${told.message}${told.remedy}`).not.toContain("hunter2");
});

it.each([
  ["CERT_HAS_EXPIRED", "certificate has expired", "is not valid at this time", "Renew it there, or correct the clock"],
  ["CERT_NOT_YET_VALID", "certificate is not yet valid", "is not valid at this time", "correct the clock"],
  [
    "ERR_OSSL_X509_KEY_VALUES_MISMATCH",
    "error:05800074:x509 certificate routines::key values mismatch",
    ": key values mismatch.",
    "sslkey its key",
  ],
  ["ERR_OSSL_BAD_DECRYPT", "error:1C800064:Provider routines::bad decrypt", ": bad decrypt.", "without a password"],
  ["28000", "connection requires a valid client certificate", 'refuses user "webster"', "sslcert="],
  ["28000", 'certificate authentication failed for user "webster"', 'refuses user "webster"', "made out for this user"],
  ["28000", 'pg_hba.conf rejects connection for host "10.0.0.1", no encryption', 'refuses user "webster"', "sslmode=verify-full"],
  ["28000", 'no pg_hba.conf entry for host "10.0.0.1", SSL encryption', 'refuses user "webster"', "allow this one in pg_hba.conf"],
  ["57014", "canceling statement due to statement timeout", "broke off", "RESET statement_timeout"],
  ["57014", "canceling statement due to user request", "broke off", "pg_stat_activity"],
])("says what to do about %s, %s", (code, message, words, remedy) => {
  const told = explainDatabaseError(failure(code, message), url) as StartError;
  expect(told.message).toContain(words);
  expect(told.remedy).toContain(remedy);
});

it("says so where the URL names no database", () => {
  const told = explainDatabaseError(failure("3D000"), "postgresql://webster@db.example.com/") as StartError;
  expect(told.message).toContain("DATABASE_URL names no database");
  expect(told.remedy).toContain("host:5432/database");
});

it("finds the reason among several addresses, and a timeout without a code", () => {
  const several = new AggregateError([failure("ECONNREFUSED"), failure("ENETUNREACH")]);
  expect((explainDatabaseError(several, url) as Error).message).toContain("can't be reached");
  expect((explainDatabaseError(new Error("timeout expired"), url) as Error).message).toContain("doesn't answer");
  const bare = new Error("SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string");
  expect((explainDatabaseError(bare, url) as Error).message).toContain('asks for the password of user "webster"');
});

it("leaves alone what it doesn't know and what is already told", () => {
  const unknown = failure("XX000");
  const told = new StartError("told", "act");
  expect(explainDatabaseError(unknown, url)).toBe(unknown);
  expect(explainDatabaseError(told, url)).toBe(told);
});

it("names a socket's directory as the host", () => {
  expect(describeUrl("postgresql://webster@localhost/hooks?host=%2Frun%2Fpg")).toEqual({ host: "/run/pg", user: "webster", name: "hooks" });
});

it("names an embedded server's directory, and leaves alone what is not the server's", () => {
  const socket = "postgresql://webster_app@localhost:5432/webster?host=%2Ftmp%2Fwebster-0123";
  const full = failure("53100", "could not extend file");
  for (const error of [full, explainDatabaseError(full, socket)]) {
    const told = explainEmbeddedError(error, socket, "/srv/webster/postgres") as StartError;
    expect([told.message, told.remedy].join(" ")).toBe(
      "The disk of PostgreSQL at /srv/webster/postgres is full: could not extend file. Free some space there.",
    );
  }
  const told = new StartError("The secret can't be read.", "act", failure("ENOENT"));
  expect(explainEmbeddedError(told, socket, "/srv/webster/postgres")).toBe(told);
});
