import { expect, it } from "vitest";
import { titleOf } from "./pageTitle.ts";

it("a tab's name takes the place of the page's own, and leaves whose page it is", () => {
  expect(titleOf("example.com/hooks", "Endpoint · Webster")).toBe("example.com/hooks · Webster");
  expect(titleOf("A · B", "Endpoint · Acme · Webhooks")).toBe("A · B · Webhooks");
  expect(titleOf("Café", "Webster")).toBe("Café");
});
