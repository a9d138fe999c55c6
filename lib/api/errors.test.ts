import { describe, expect, test } from "vitest";
import * as z from "zod/mini";
import { AppError, invalid } from "../errors.ts";
import { answerTo } from "./errors.ts";
import { check } from "./input.ts";

const failing = (fields: object, message = "secret detail"): Error => Object.assign(new Error(message), fields);

describe("answerTo", () => {
  test("our own errors keep their words", () => {
    expect(answerTo(new AppError("conflict", "Taken"), "r")).toMatchObject({ status: 409, body: { code: "conflict", detail: "Taken" } });
    expect(answerTo(new AppError("unavailable", "Later", { retryAfterSeconds: 7 }), "r")).toMatchObject({
      status: 503,
      retryAfterSeconds: 7,
    });
    expect(answerTo(new AppError("unavailable", "Later"), "r").retryAfterSeconds).toBe(1);
    expect(answerTo(invalid(["body", 3, "a"], "Wrong"), "r").body).toEqual({
      detail: [{ loc: ["body", "[3]", "a"], msg: "Wrong", type: "value_error" }],
    });
  });

  test("one of another bundle's copy counts as ours", () => {
    const copy = Object.assign(new Error("Gone"), { name: "AppError", code: "not_found", issues: [] });
    expect(answerTo(copy, "r")).toMatchObject({ status: 404, body: { detail: "Gone" } });
  });

  test.each([
    [failing({ code: "ECONNREFUSED" }), 503],
    // No way to the address: Linux tells it by several codes, of which this one is a blackhole's.
    [failing({ code: "EINVAL", syscall: "connect" }), 503],
    [failing({ cause: { code: "EADDRNOTAVAIL", syscall: "connect" } }), 503],
    [failing({ code: "ENETDOWN" }), 503],
    [failing({ code: "EINVAL" }), 500],
    [failing({ code: "57P01" }), 503],
    [failing({ code: "53300" }), 503],
    [failing({ code: "53100" }), 503],
    [failing({ code: "57014" }), 503],
    [failing({}, "timeout exceeded when trying to connect"), 503],
    [failing({}, "Connection terminated unexpectedly"), 503],
    [failing({ code: "P1001" }), 503],
    [failing({ code: "P2010", meta: { driverAdapterError: failing({ cause: { originalCode: "57P03" } }) } }), 503],
    [failing({ code: "P2002" }), 409],
    [failing({ code: "23505" }), 409],
    [failing({ code: "P2025" }), 404],
    [failing({ code: "22021" }), 422],
    [failing({ code: "22P05" }), 422],
    [failing({ code: "54001" }), 422],
    [failing({ code: "42P01" }), 500],
    [new TypeError("x is not a function"), 500],
    ["thrown text", 500],
    [null, 500],
  ])("%s is %i, without its inner words", (error, status) => {
    const answer = answerTo(error, "req_1");
    expect(answer.status).toBe(status);
    expect(JSON.stringify(answer.body)).not.toMatch(/secret detail|not a function|thrown text|timeout exceeded|terminated/);
  });
});

test("a list where text is wanted is told so, and nothing of its length", () => {
  const uid = z.object({ uid: z.array(z.string().check(z.minLength(3), z.maxLength(5))) });
  const fault = (value: unknown) => {
    try {
      return check(uid, value, "body");
    } catch (error) {
      return answerTo(error, "r").body.detail;
    }
  };
  const issue = (msg: string) => ({ loc: ["body", "uid", "[1]"], msg, type: expect.any(String) });
  expect(fault({ uid: ["abc", []] })).toEqual([issue("must be text, and is a list")]);
  expect(fault({ uid: ["abc", "a"] })).toEqual([issue("must be at least 3 characters long")]);
});
