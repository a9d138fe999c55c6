import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { openapiText } from "../../lib/api/openapi.ts";
import type { OpenApi } from "./document.ts";
import { languages } from "./languages.ts";
import { chaptersOf, sectionOf } from "./reference.ts";
import { sdkOperations } from "./sdkOperations.ts";

const document = JSON.parse(openapiText()) as OpenApi;
const operations = chaptersOf(document).flatMap(({ slug }) => sectionOf(document, slug, "https://webhooks.example.com")?.operations ?? []);

test("every operation of the document is in one section, under an address of its own", () => {
  const described = Object.values(document.paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId));
  expect(operations.map(({ operationId }) => operationId).toSorted()).toEqual(described.toSorted());
  expect(new Set(operations.map(({ anchor }) => anchor)).size).toBe(operations.length);
  expect(sectionOf(document, "no-such-section", "")).toBe(null);
});

test("each has an example in every language, unless no key may call it", () => {
  const without = operations.filter(({ samples }) => samples.length === 0).map(({ operationId }) => operationId);
  expect(without).toContain("v1.member.list");
  expect(without).not.toContain("v1.message.create");
  for (const { operationId, samples } of operations.filter(({ samples }) => samples.length > 0)) {
    expect([operationId, samples.map(({ language }) => language)]).toEqual([operationId, languages]);
    for (const { code } of samples) expect(code).not.toMatch(/undefined|\[object|NaN/);
  }
});

const sampleOf = (anchor: string, language: string): string =>
  operations.find((operation) => operation.anchor === anchor)?.samples.find((sample) => sample.language === language)?.code ?? "";

test("what the SDK has is called through it, the rest by HTTP", () => {
  expect(sampleOf("message.create", "TypeScript")).toContain('await svix.message.create("app_id", {\n  eventType: "invoice.paid",');
  expect(sampleOf("message.create", "Python")).toContain(
    'svix.message.create(\n    "app_id",\n    MessageIn(\n        event_type="invoice.paid",',
  );
  expect(sampleOf("message.create", "Go")).toContain('client.Message.Create(ctx, "app_id", in, nil)');
  expect(sampleOf("message.create", "Ruby")).toContain('svix.message.create("app_id", Svix::MessageIn.new(');
  expect(sampleOf("message.create", "C#")).toContain(
    'await svix.Message.CreateAsync("app_id", new MessageIn\n{\n    EventType = "invoice.paid",',
  );
  expect(sampleOf("delivery.bulk-resend", "TypeScript")).toContain('fetch("https://webhooks.example.com/api/v1/delivery/bulk-resend"');
  expect(sampleOf("api-key.revoke", "curl")).toContain('curl -X DELETE "https://webhooks.example.com/api/v1/api-key/key_id"');
});

describe("the SDK's own source", () => {
  const folder = new URL("../../node_modules/svix/src/api/", import.meta.url);
  const sources = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), "utf8"));
  const calls = sources.flatMap((text) =>
    text
      .slice(text.indexOf("export class"))
      .split(/\n {2}public /)
      .flatMap((part) => {
        const request = /new SvixRequest\(\s*HttpMethod\.(\w+),\s*"([^"]+)"/.exec(part);
        const head = /^(?:async )?(\w+)\(([^)]*)\)/.exec(part);
        if (request === null || head === null) return [];
        const [, method = "", path = ""] = request;
        const [, name = "", parameters = ""] = head;
        const model = /^\s*\w+: ([A-Z]\w+)/m.exec(parameters)?.[1] ?? /, \w+: ([A-Z]\w+)/.exec(parameters)?.[1] ?? "-";
        return [{ key: `${method.toLowerCase()} ${path}`, name, model, takesOptions: parameters.includes("options?") }];
      }),
  );

  test("has every call of the table, under this name, with this body", () => {
    for (const [key, row] of Object.entries(sdkOperations)) {
      const [path = "", model, options] = row.split(" ");
      const told = { key, name: path.split(".").at(-1), model, takesOptions: options === "options" };
      expect([key, calls.filter((call) => call.key === key)]).toEqual([key, expect.arrayContaining([told])]);
    }
  });

  test("has no other, but for streams", () => {
    const missing = calls.filter(({ key }) => sdkOperations[key] === undefined && !/stream/.test(key));
    expect(missing).toEqual([]);
    expect(Object.keys(sdkOperations).length).toBeGreaterThan(100);
  });
});
