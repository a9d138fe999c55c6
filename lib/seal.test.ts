import { expect, test } from "vitest";
import { keyIdOf, Sealer } from "./seal.ts";

const sealer = new Sealer("a master secret of thirty-two characters");

test("what was sealed opens again, for its row alone", () => {
  const sealed = sealer.seal("sec_1", "whsec_abc");
  expect(sealed.includes("whsec_abc")).toBe(false);
  expect(sealer.open("sec_1", sealed).toString()).toBe("whsec_abc");
  expect(() => sealer.open("sec_2", sealed)).toThrow("unable to authenticate");
});

test("the same secret never seals to the same bytes", () => {
  expect(sealer.seal("sec_1", "x").equals(sealer.seal("sec_1", "x"))).toBe(false);
});

test("a changed, cut or unknown value is refused", () => {
  const sealed = sealer.seal("sec_1", "whsec_abc");
  for (let i = 0; i < sealed.length; i++) {
    const changed = Buffer.from(sealed);
    changed[i] = (changed[i] ?? 0) ^ 1;
    expect(() => sealer.open("sec_1", changed)).toThrow(/unable to authenticate|known format|another WEBSTER_SECRET/);
  }
  expect(() => sealer.open("sec_1", sealed.subarray(0, 20))).toThrow("known format");
});

test("another master secret is named as the cause", () => {
  const sealed = sealer.seal("sec_1", "whsec_abc");
  expect(() => new Sealer("another master secret, also long enough").open("sec_1", sealed)).toThrow("another WEBSTER_SECRET");
});

test("several keys open, the newest seals, and each value says by which", () => {
  const [old, middle, newest] = ["old", "middle", "newest"].map((name) => `${name} secret of more than thirty-two characters`) as [
    string,
    string,
    string,
  ];
  const bySecret = [old, middle, newest].map((secret) => new Sealer(secret).seal("sec_1", `by ${secret}`));
  for (const all of [[newest, middle, old] as const, [newest, old, middle] as const]) {
    const rotated = new Sealer(all[0], all.slice(1));
    for (const [index, secret] of [old, middle, newest].entries())
      expect(rotated.open("sec_1", bySecret[index] ?? Buffer.alloc(0)).toString()).toBe(`by ${secret}`);
    expect(new Sealer(newest).open("sec_1", rotated.seal("sec_1", "x")).toString()).toBe("x");
  }
  const ids = bySecret.map((value) => value.subarray(1, 5));
  expect(new Sealer(newest, [middle, old]).keyIds).toEqual(ids.toReversed());
  expect(() => new Sealer(newest, [middle]).open("sec_1", bySecret[0] ?? Buffer.alloc(0))).toThrow(
    `another WEBSTER_SECRET (key ${keyIdOf(old).toString("hex")})`,
  );
});

test("two secrets with one key id are refused: no value could say which of them sealed it", () => {
  const secret = "a secret that stands there twice, long enough";
  expect(() => new Sealer(secret, [secret])).toThrow("the same key id");
});
