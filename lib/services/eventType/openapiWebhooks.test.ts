import { expect, test } from "vitest";
import { webhooksOf } from "./openapiWebhooks.ts";

const documentOf = (count: number, media: object, components: object) => ({
  components,
  webhooks: Object.fromEntries(
    Array.from({ length: count }, (_, i) => [`w${i}`, { post: { requestBody: { content: { "application/json": media } } } }]),
  ),
});
const large = { type: "object", description: "d".repeat(200_000) };

test("a schema that many webhooks refer to counts for each: a small document makes no gigabytes", () => {
  const document = (count: number) => documentOf(count, { schema: { $ref: "#/components/schemas/Large" } }, { schemas: { Large: large } });
  expect(webhooksOf(document(30))).toMatchObject({ issues: [] });
  const { issues, webhooks } = webhooksOf(document(3_000));
  expect(issues).toEqual([{ loc: ["webhooks", "w41"], msg: expect.stringContaining("larger than 8 MB"), type: "value_error" }]);
  expect(webhooks).toHaveLength(41);
});

test("so does an example that is referred to time and again", () => {
  const examples = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`e${i}`, { $ref: "#/components/examples/large" }]));
  const document = documentOf(1, { schema: {}, examples }, { examples: { large: { value: ["x".repeat(200_000)] } } });
  expect(webhooksOf(document).issues).toMatchObject([{ msg: expect.stringContaining("larger than 8 MB") }]);
});
