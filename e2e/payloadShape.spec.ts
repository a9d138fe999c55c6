import { expectAccessible } from "./support/accessible.ts";
import { expect, test } from "./support/fixtures.ts";
import { signIn } from "./support/signIn.ts";

test.describe.configure({ timeout: 90_000 });

test("the fields that payloads have stand beside the schema, with what changed, and one click makes a schema of them", async ({
  page,
  webster,
  api,
}) => {
  const home = await signIn(page, webster);
  const application = await api.createApplication("Shape Café");
  const type = "shape.poured";
  await api.createEventType(type);
  const usual = { cup: "cup_1", grams: 18, milk: { kind: "oat" }, extras: [{ name: "vanilla" }] };
  for (let count = 0; count < 6; count++) await api.sendMessage(application, type, usual);
  await page.goto(`${home}/event-types/${type}`);
  const fields = page.getByRole("table", { name: "Fields of payloads" });
  await expect(fields.getByRole("row", { name: /^extras\[\]\.name/ })).toContainText("string", { timeout: 40_000 });
  await api.sendMessage(application, type, { ...usual, grams: "many", sugar: true });
  await api.sendMessage(application, type, { cup: "cup_2", grams: 18, extras: [] });
  const changed = page.getByRole("region", { name: "What has changed" });
  await expect(changed.getByRole("listitem")).toHaveText(
    [/^milk.*was missing for the first time/, /^sugar.*appeared: boolean/, /^grams.*was string for the first time, after integer/],
    { timeout: 40_000 },
  );
  await page.getByRole("button", { name: "Make schema version 1 of it" }).click();
  const dialog = page.getByRole("dialog");
  const schemas = dialog.getByLabel("JSON Schemas by version");
  await expect(schemas).toHaveValue(/"extras": \{\n\s+"type": "array"/);
  await schemas.fill((await schemas.inputValue()).replace(/"type": \[\s+"integer",\s+"string"\s+\]/, '"type": "integer"'));
  await dialog.getByRole("button", { name: "Save event type" }).click();
  const drift = page.getByRole("region", { name: "The payloads differ from version 1" });
  await expect(drift).toContainText("grams");
  await expect(drift).toContainText("integer in the schema, integer or string in payloads");
  await expect(page.getByRole("button", { name: "Make schema version 2 of it" })).toBeVisible();
  await expect(page.getByText("JSON Schema, version 1")).toBeVisible();
  await api.sendMessage(application, type, { ...usual, grams: "few" });
  await expect(page.getByRole("table", { name: "Payloads that the schema would refuse" })).toContainText("gramsmust be integer", {
    timeout: 40_000,
  });
  await expectAccessible(page);
});
