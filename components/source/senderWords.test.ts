import { expect, test } from "vitest";
import { senderWords } from "./senderWords.ts";

test("a provider is called by its name", () => {
  expect(senderWords({ kind: "stripe", label: "Stripe" })).toMatchObject({
    lead: "Receives webhooks of Stripe.",
    sendTest: "Send a test as Stripe",
  });
});

test.each([
  ["none", "No verification"],
  ["hmac", "HMAC signature"],
  ["jwt-keys", "JSON Web Token with a set of keys (JWKS)"],
])("nobody signs as %s does", (kind, label) => {
  const { lead, ...others } = senderWords({ kind, label });
  expect(lead).toBe(`Receives webhooks of any sender: ${label}.`);
  for (const words of Object.values(others)) expect(words).not.toContain(label);
});
