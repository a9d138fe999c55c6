import { expect, test } from "vitest";
import { Sealer } from "./seal.ts";

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
