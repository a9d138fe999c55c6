import { expect, test } from "vitest";
import { operations } from "../contract/operations.ts";
import { createApi } from "./app.ts";
import { routes } from "./routes.ts";
import { openapiDocument, openapiText } from "./openapi.ts";

type Document = {
  paths: Record<string, Record<string, { operationId: string; responses: object; requestBody?: unknown }>>;
  components: { schemas: object };
};
const document = JSON.parse(openapiText()) as Document;

test("who puts /api/v1 into the address that an SDK is given is told", async () => {
  const detailAt = async (path: string) => (await (await createApi().request(path)).json()) as unknown;
  expect(await detailAt("/api/v1/api/v1/app")).toEqual({
    code: "not_found",
    detail: "There is nothing at this path: give the server's address without /api/v1",
  });
  expect(await detailAt("/api/v1//api/v1/app")).toMatchObject({ detail: expect.stringContaining("without /api/v1") as unknown });
  expect(await detailAt("/api/v1/nothing")).toMatchObject({ detail: expect.stringContaining("/reference") as unknown });
});

test("a slash at the end of the address that an SDK is given leads to the path that is meant, and is told to who does not follow", async () => {
  const api = createApi();
  for (const [path, meant] of [
    ["//api/v1/app?limit=1", "/api/v1/app?limit=1"],
    ["///api/v1/app/", "/api/v1/app/"],
    ["//ingest/api/v1/source", "/ingest/api/v1/source"],
  ] as const) {
    const answer = await api.request(new Request(`http://127.0.0.1${path}`, { method: "POST", body: "{}" }));
    expect([path, answer.status, answer.headers.get("location")]).toEqual([path, 308, meant]);
    expect(await answer.json()).toEqual({
      code: "moved",
      detail: "There is nothing at this path: give the server's address without the slash at its end",
    });
  }
  const elsewhere = await api.request(new Request("http://127.0.0.1//example.com/api/v1/app"));
  expect([elsewhere.status, elsewhere.headers.get("location")]).toEqual([404, null]);
});

test("an id that is left out of a path is nothing there, not a method that is refused", async () => {
  const statusOf = async (method: string, path: string) => (await createApi().request(path, { method })).status;
  expect(await statusOf("GET", "/api/v1/app//")).toBe(404);
  expect(await statusOf("GET", "/api/v1/app//endpoint/")).toBe(404);
  expect(await statusOf("PUT", "/api/v1/app/")).toBe(405);
});

test("each route is in the document, and each operation of it is a route", () => {
  const described = Object.entries(document.paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`));
  const routed = createApi()
    .routes.map(({ method, path }) => `${method.toLowerCase()} ${path.replace(/:(\w+)/g, "{$1}")}`)
    // The same handlers, for those who look at the root.
    .filter((route) => !route.startsWith("get /health"))
    // Preflights.
    .filter((route) => !route.startsWith("options "))
    // It goes on as a WebSocket.
    .filter((route) => route !== "get /api/v1/listen")
    // What an inbox takes is whatever is sent to it.
    .filter((route) => route !== "all /inbox/{token}" && !route.startsWith("all /in/{token}"));
  expect(routed.toSorted()).toEqual(described.toSorted());
  expect(routes.map(({ operation }) => operation.operationId).toSorted()).toEqual(
    operations.map(({ operationId }) => operationId).toSorted(),
  );
});

test("operation ids are unique, and all references lead somewhere", () => {
  const ids = operations.map(({ operationId }) => operationId);
  expect(new Set(ids).size).toBe(ids.length);
  const references = [...openapiText().matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map((match) => match[1] ?? "");
  expect(references.length).toBeGreaterThan(50);
  expect(references.filter((name) => !Object.hasOwn(document.components.schemas, name))).toEqual([]);
});

test("every operation that needs a key says what it is refused with", () => {
  for (const { path, method, access, operationId } of operations) {
    const responses = Object.keys(document.paths[path]?.[method]?.responses ?? {});
    const expected = access === "public" ? [] : ["401", "403", "503"];
    expect([operationId, responses]).toEqual([operationId, expect.arrayContaining(expected)]);
    expect([operationId, responses.some((status) => status.startsWith("2"))]).toEqual([operationId, true]);
  }
});

test("generators of clients can read it: no pattern stands beside a moment's format, and each is one that other languages know", () => {
  const patterns: string[] = [];
  JSON.parse(openapiText(), (_name, value: unknown) => {
    if (typeof value !== "object" || value === null || !("pattern" in value) || typeof value.pattern !== "string") return value;
    patterns.push("format" in value ? `${String(value.format)}: ${value.pattern}` : value.pattern);
    return value;
  });
  expect(patterns.length).toBeGreaterThan(50);
  // Python has no \p; openapi-generator's client for it can't be loaded where a moment has a pattern.
  expect([...new Set(patterns)].filter((pattern) => /\\p|^date-time/i.test(pattern))).toEqual([]);
});

test("it is OpenAPI 3.1 with a security scheme", () => {
  expect(openapiDocument()).toMatchObject({
    openapi: expect.stringMatching(/^3\.1\./),
    info: { title: "Webster", version: expect.any(String) },
    security: [{ bearer: [] }],
    components: { securitySchemes: { bearer: { type: "http", scheme: "bearer" } } },
  });
});
