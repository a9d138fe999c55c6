import { expect, test } from "vitest";
import { firstId, idTimeMs, isId, newId } from "./ids.ts";

test("ids of one process are unique and ordered by bytes as they were made", () => {
  const ids = Array.from({ length: 50_000 }, () => newId("message"));
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.toSorted()).toEqual(ids);
});

test("an id carries its moment to 4 ms", () => {
  const nowMs = Date.UTC(2031, 4, 6, 7, 8, 9, 123);
  const timeMs = idTimeMs("message", newId("message", nowMs));
  expect(timeMs).not.toBeNull();
  expect(nowMs - (timeMs ?? 0)).toBeGreaterThanOrEqual(0);
  expect(nowMs - (timeMs ?? 0)).toBeLessThan(4);
});

test("the first id of a moment is before all that are made then, and after those of before", () => {
  const nowMs = Date.UTC(2035, 1, 3, 4, 5, 6, 789);
  const [before, then] = [newId("message", nowMs - 4), newId("message", nowMs)];
  expect([before, firstId("message", nowMs), then].toSorted()).toEqual([before, firstId("message", nowMs), then]);
  expect(nowMs - (idTimeMs("message", firstId("message", nowMs)) ?? 0)).toBeLessThan(5);
});

test("an id is a number of 20 bytes, and those of one step count up", () => {
  const nowMs = Date.UTC(2033, 1, 3, 4, 5, 6, 789);
  const numbers = Array.from({ length: 5_000 }, () => numberOf(newId("message", nowMs)));
  expect(new Set(numbers.map((number) => number >> 120n))).toEqual(
    new Set([BigInt(Math.floor(((nowMs - 1_400_000_000_000) * 256) / 1000))]),
  );
  const steps = numbers.slice(1).map((number, i) => Number(number - (numbers[i] ?? 0n)));
  expect(Math.min(...steps)).toBeGreaterThanOrEqual(1);
  expect(Math.max(...steps)).toBeLessThanOrEqual(256);
});

test("an id's random part differs from step to step in all of its bytes", () => {
  const startMs = Date.UTC(2034, 0, 1);
  const numbers = Array.from({ length: 200 }, (_, i) => numberOf(newId("message", startMs + 4 * i)));
  for (let byte = 0n; byte < 15n; byte++)
    expect(new Set(numbers.map((number) => (number >> (8n * byte)) & 0xffn)).size, `byte ${byte}`).toBeGreaterThan(50);
});

const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

const numberOf = (id: string): bigint =>
  id
    .slice(id.indexOf("_") + 1)
    .split("")
    .reduce((number, digit) => number * 62n + BigInt(digits.indexOf(digit)), 0n);

test("a clock that goes back a little does not break the order", () => {
  const nowMs = Date.UTC(2032, 0, 1);
  const ids = [newId("attempt", nowMs), newId("attempt", nowMs - 500), newId("attempt", nowMs - 900), newId("attempt", nowMs + 4)];
  expect(ids.toSorted()).toEqual(ids);
});

test("foreign and malformed ids are told apart", () => {
  const id = newId("endpoint");
  expect(isId("endpoint", id)).toBe(true);
  for (const other of ["", "ep_", id.slice(0, -1), `${id}0`, id.replace("ep_", "app_"), `${id.slice(0, -1)}-`]) {
    expect(isId("endpoint", other)).toBe(false);
    expect(idTimeMs("endpoint", other)).toBeNull();
  }
  // 27 digits can say more than 20 bytes can hold.
  expect(idTimeMs("endpoint", `ep_${"z".repeat(27)}`)).toBeNull();
});

test("the least and the greatest id of 20 bytes, and one beyond", () => {
  const idOf = (number: bigint): string => {
    let text = "";
    for (let rest = number; text.length < 27; rest /= 62n) text = digits.charAt(Number(rest % 62n)) + text;
    return `ep_${text}`;
  };
  const greatest = 2n ** 160n - 1n;
  const msOf = (number: bigint): number => 1_400_000_000_000 + Math.floor((Number(number >> 120n) * 1000) / 256);
  for (const number of [0n, 1n, 2n ** 120n - 1n, 2n ** 120n, 2n ** 136n + 12_345n, greatest / 3n, greatest])
    expect({ number, ms: idTimeMs("endpoint", idOf(number)) }).toEqual({ number, ms: msOf(number) });
  expect(idTimeMs("endpoint", idOf(greatest + 1n))).toBeNull();
});

test("the layout is svix-ksuid's: seconds since 2014-05-13T16:53:20Z come first", () => {
  expect(newId("application", 1_400_000_000_000)).toMatch(/^app_0{6}[0-9A-Za-z]{21}$/);
});
