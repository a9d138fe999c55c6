import { readFile } from "node:fs/promises";
import { expectAccessible } from "./support/accessible.ts";
import { expect, test } from "./support/fixtures.ts";
import { signIn } from "./support/signIn.ts";

test.use({ expectedStatuses: [422] });
test.describe.configure({ timeout: 90_000 });

const document = `
openapi: 3.1.0
webhooks:
  roast.finished:
    post:
      description: A roast is done
      requestBody:
        content:
          application/json:
            schema:
              type: object
              required: [grams]
              properties: { grams: { type: integer }, bean: { type: string } }
  roast.burnt: { post: { summary: Too late } }
`;

test("event types are imported, compared by version, and payloads held against them", async ({ page, webster, api }) => {
  const home = await signIn(page, webster);
  const application = await api.createApplication("Roastery");
  await page.goto(`${home}/event-types`);
  await page.getByRole("button", { name: "Import from OpenAPI" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("OpenAPI document").fill("webhooks: { 'not a name': { post: {} } }");
  await dialog.getByRole("button", { name: "Show what changes" }).click();
  await expect(dialog.getByRole("alert")).toContainText("not a name is no name of an event type");
  await dialog.getByLabel("File").setInputFiles({ name: "roast.yaml", mimeType: "application/yaml", buffer: Buffer.from(document) });
  await dialog.getByRole("button", { name: "Show what changes" }).click();
  await expect(dialog.getByText("New: 2")).toBeVisible();
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Change 2 event types" }).click();
  await page.getByRole("link", { name: "roast.finished" }).click();
  await expect(page.getByText("A roast is done")).toBeVisible();
  await expect(page.getByText("0 endpoints ask for it by name")).toBeVisible();
  await expect(page.getByText("Payloads are not checked in this environment")).toBeVisible();

  const first = { type: "object", required: ["grams"], properties: { grams: { type: "integer" }, bean: { type: "string" } } };
  const second = { type: "object", required: ["grams"], properties: { grams: { type: "number" }, roast: { type: "string" } } };
  await api.patchEventType("roast.finished", { schemas: { 1: first, 2: second } });
  await page.reload();
  const changes = page.getByRole("region", { name: "Changes" });
  await expect(changes).toContainText("From version 1 to 2: 2 of 3 changes break its readers");
  await expect(changes.getByRole("listitem")).toHaveText([
    /Breaks.*grams.*integer → number/,
    /Breaks.*bean.*removed/,
    /Compatible.*roast.*added/,
  ]);

  await page.goto(`${home}/settings/environments`);
  const mode = page.getByLabel("Payloads against their event type’s schema");
  // The arrow keys pass by what isn't meant: it is stored only when asked for.
  await mode.focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await expect(mode).toHaveValue("reject");
  await page.reload();
  await expect(mode).toHaveValue("off");
  await mode.selectOption("warn");
  await page.getByRole("button", { name: "Save mode" }).click();
  await expect(page.getByText("Setting saved")).toBeVisible();
  await expectAccessible(page);
  const message = await api.sendMessage(application, "roast.finished", { grams: "many" });
  await page.goto(`${home}/messages/${message}`);
  await expect(page.getByText("The payload does not fit version 2")).toBeVisible();
  await expect(page.getByText("must be number")).toBeVisible();
  await page.goto(`${home}/messages?event_types=roast.finished`);
  await expect(page.getByText("Does not fit its schema")).toBeVisible();
  await page.goto(`${home}/event-types/roast.finished`);
  await expect(page.getByRole("table", { name: "Payloads that did not fit" })).toContainText("gramsmust be number");
  await expectAccessible(page);
  await page.setViewportSize({ width: 375, height: 700 });
  await expectAccessible(page);
  await page.setViewportSize({ width: 1280, height: 720 });

  await page.goto(`${home}/settings/environments`);
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export environment" }).click();
  const saved = await readFile(await (await download).path(), "utf8");
  expect(JSON.parse(saved)).toMatchObject({ settings: { payloadValidation: "warn" } });
  await mode.selectOption("reject");
  await expect(page.getByText("What does not fit is answered 422")).toBeVisible();
  await page.getByRole("button", { name: "Save mode" }).click();
  await expect(page.getByText("Setting saved")).toBeVisible();
  await expect(api.sendMessage(application, "roast.finished", { grams: "many" })).rejects.toThrow("422");
  await page.getByRole("button", { name: "Import environment" }).click();
  await dialog.getByLabel("Exported environment").fill("{");
  await dialog.getByRole("button", { name: "Show what changes" }).click();
  await expect(dialog.getByRole("alert")).toContainText("This is no JSON");
  await dialog.getByLabel("Exported environment").fill(saved.replace('"payloadValidation": "warn"', '"payloadValidation": "off"'));
  await dialog.getByRole("button", { name: "Show what changes" }).click();
  await expect(dialog.getByText("Changed settings: 1")).toBeVisible();
  await dialog.getByRole("button", { name: "Import environment" }).click();
  await expect(mode).toHaveValue("off");
});
