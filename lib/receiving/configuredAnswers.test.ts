/** Answers that somebody has configured for a source. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { SourceOut } from "../contract/source.ts";
import { forgetSource } from "../db/sources.ts";
import { type TestDatabase, testDatabase } from "../testing/database.ts";
import { type Door, clientOf, newSource, openDoor, sendTo } from "../testing/sources.ts";

let database: TestDatabase;
let door: Door;

beforeAll(async () => {
  database = await testDatabase();
  door = await openDoor();
});

afterAll(async () => {
  await door.close();
  await database.close();
});

const headers = { "X-Accel-Redirect": "/etc/passwd", "content-type": "text/html", "X-Hook-Secret": "s", "Set-Login": "logged-in" };

test("a header that browsers or proxies act on is refused when it is saved, by its name", async () => {
  const me = await clientOf(door);
  const source = await newSource(me);
  for (const field of ["acceptedResponse", "rejectedResponse"])
    for (const name of ["X-Accel-Redirect", "NEL", "Link", "Set-Login"]) {
      const input = { [field]: { status: 200, headers: { [name]: "x" }, body: "" } };
      const refused = await me.call<{ detail: { loc: string[] }[] }>("PATCH", `/api/v1/source/${source.id}`, input);
      expect([refused.status, refused.detail[0]?.loc]).toEqual([422, ["body", field, "headers", name]]);
    }
});

test("one that was saved before is not sent, and the source says so; the rest of the answer is", async () => {
  const me = await clientOf(door);
  const source = await newSource(me, { provider: "bearer", secrets: ["a secret of some length"] });
  await database.pool.query(`update source set "acceptedResponse" = $2, "rejectedResponse" = $3, version = version + 1 where id = $1`, [
    source.id,
    JSON.stringify({ status: 202, headers, body: "<p>yes" }),
    JSON.stringify({ status: 403, headers, body: "<p>no" }),
  ]);
  forgetSource(source.id);
  const sent = { authorization: "Bearer a secret of some length" };
  const [taken, refused] = [
    await sendTo(door, source.path, { headers: sent, body: "{}" }),
    await sendTo(door, source.path, { body: "{}" }),
  ];
  expect([taken.status, taken.text, refused.status, refused.text]).toEqual([202, "<p>yes", 403, "<p>no"]);
  for (const answer of [taken, refused]) {
    expect([answer.headers.get("x-accel-redirect"), answer.headers.get("set-login")]).toEqual([null, null]);
    expect([answer.headers.get("content-type"), answer.headers.get("x-hook-secret")]).toEqual(["text/html", "s"]);
  }
  const shown = await me.call<SourceOut>("GET", `/api/v1/source/${source.id}`);
  expect(shown.responseProblem).toMatch(/^Set-Login, X-Accel-Redirect of its configured answers are not sent/);
  expect(shown.problem).toBeNull();
});
