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
