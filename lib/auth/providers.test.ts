import { expect, test } from "vitest";
import { type SignInProvider, verifiedEmail } from "./providers.ts";

const strict = { trustsEmail: false } as SignInProvider;
const trusting = { trustsEmail: true } as SignInProvider;

test.each([
  [true, true, true],
  ["true", true, true],
  [undefined, false, true],
  [false, false, false],
  ["false", false, false],
  [null, false, false],
  [1, false, false],
])("email_verified %j: believed %j, by who trusts the provider's addresses %j", (isVerified, byDefault, byTrust) => {
  const profile = { sub: "1", email: "barista@cafe.example", email_verified: isVerified };
  expect([strict, trusting].map((provider) => verifiedEmail(provider, profile) !== null)).toEqual([byDefault, byTrust]);
});

test("no address, no member", () => {
  expect(verifiedEmail(trusting, undefined)).toBeNull();
  expect(verifiedEmail(trusting, { sub: "1", email: "", email_verified: true } as object)).toBeNull();
});
