import { expect, test } from "vitest";
import type { Actor } from "../../actor.ts";
import { importOpenApi } from "./eventTypeImport.ts";

test("others have their turn between the schemas of a document", async () => {
  const schema = { type: "none" };
  const webhook = { post: { requestBody: { content: { "application/json": { schema } } } } };
  const spec = { webhooks: Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`w${i}`, webhook])) };
  let turns = 0;
  const turn = (): void => {
    turns += 1;
    next = setImmediate(turn);
  };
  let next = setImmediate(turn);
  // What is refused asks no database.
  const input = { dryRun: true, replaceAll: false, spec };
  await expect(importOpenApi({} as Actor, input, Buffer.from(JSON.stringify(spec)))).rejects.toMatchObject({ code: "validation_error" });
  clearImmediate(next);
  expect(turns).toBeGreaterThanOrEqual(20);
});
