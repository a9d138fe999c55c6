import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { log } from "./log.ts";
import { noteDatabaseFails, noteDatabaseWorks, warnOfFailure } from "./outage.ts";
import { setSingleton } from "./singleton.ts";
import { pass, releaseTime, standTime } from "./testing/standingTime.ts";

const said: unknown[] = [];
beforeEach(() => {
  standTime();
  said.length = 0;
  setSingleton("outage", undefined);
  for (const level of ["warn", "info"] as const) vi.spyOn(log, level).mockImplementation((...line: unknown[]) => void said.push(line));
});
afterEach(() => {
  vi.restoreAllMocks();
  releaseTime();
});

const refused = new Error("connect ECONNREFUSED");

test("an outage is told at once, then every minute with how much failed, and when nothing has failed for some seconds", () => {
  for (let second = 0; second < 130; second++) {
    noteDatabaseFails(refused);
    warnOfFailure("delivery.claim_failed", refused);
    warnOfFailure("maintenance.failed", refused, { task: "lines" });
    pass(1_000);
  }
  expect(said).toEqual([
    [{ error: "connect ECONNREFUSED" }, "database.fails"],
    [{ error: "connect ECONNREFUSED", forSeconds: 60, failures: 120 }, "database.fails"],
    [{ error: "connect ECONNREFUSED", forSeconds: 120, failures: 120 }, "database.fails"],
  ]);
  noteDatabaseWorks();
  pass(4_001);
  noteDatabaseWorks();
  noteDatabaseWorks();
  expect(said.slice(3)).toEqual([[{ forSeconds: 129, failures: 20 }, "database.works_again"]]);
});

test("one that is let in now and then does not end it; what fails while the database works is told as what it is", () => {
  warnOfFailure("delivery.claim_failed", new Error("column does not exist"), { n: 1 });
  for (let n = 0; n < 20; n++) {
    noteDatabaseFails(refused);
    pass(1_000);
    noteDatabaseWorks();
  }
  expect(said).toEqual([
    [{ n: 1, error: "column does not exist" }, "delivery.claim_failed"],
    [{ error: "connect ECONNREFUSED" }, "database.fails"],
  ]);
  pass(5_000);
  noteDatabaseWorks();
  warnOfFailure("delivery.claim_failed", "no error");
  expect(said.slice(2)).toEqual([
    [{ forSeconds: 19, failures: 0 }, "database.works_again"],
    [{ error: "no error" }, "delivery.claim_failed"],
  ]);
});
