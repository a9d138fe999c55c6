import { expect, test } from "vitest";
import { type EndpointDraft, draftFaults, draftOf, emptyDraft, headerChanges, inputOf } from "./endpointDraft.ts";

const draft = (changes: Partial<EndpointDraft>): EndpointDraft => ({ ...emptyDraft(), url: "https://example.com/hooks", ...changes });

test("text becomes what the API takes; blank fields become nothing", () => {
  expect(
    inputOf(draft({ channels: "a, b  c", retrySchedule: "5 60,3600", throttleRate: " ", headers: [{ name: "", value: "" }] })),
  ).toEqual({
    url: "https://example.com/hooks",
    description: "",
    uid: null,
    eventTypes: null,
    channels: ["a", "b", "c"],
    throttleRate: null,
    retrySchedule: [5, 60, 3600],
    ordering: "none",
    filter: null,
    metadata: {},
    headers: {},
    signature: { style: "standard" },
  });
});

test("header names of a signature style are its own unless they are given", () => {
  const signature = { style: "github", signatureHeader: " X-Cafe ", eventHeader: "", deliveryHeader: "" } as const;
  expect(inputOf(draft({ signature, secret: "from the old sender" }))).toMatchObject({
    signature: { style: "github", signatureHeader: "X-Cafe", eventHeader: "X-GitHub-Event", deliveryHeader: "X-GitHub-Delivery" },
    secret: "from the old sender",
  });
});

test("what a new endpoint authenticates with goes along; what is missing of it is told by field", async () => {
  const { authentication } = emptyDraft();
  const basic = { kind: "basic" as const, draft: { ...authentication.draft, username: "webster", password: " x " } };
  expect(inputOf(draft({ authentication: basic }))).toMatchObject({
    authentication: { kind: "basic", username: "webster", password: " x " },
  });
  const without = { ...basic, draft: { ...basic.draft, password: "" } };
  expect(await draftFaults(draft({ authentication: without }), true)).toEqual({ password: "Enter the password" });
  expect(await draftFaults(draft({ authentication: without }), false)).toEqual({});
});

test("each field's fault is told at that field", async () => {
  expect(await draftFaults(draft({}), true)).toEqual({});
  const wrong: [keyof EndpointDraft, Partial<EndpointDraft>][] = [
    ["url", { url: "example.com" }],
    ["uid", { uid: "ep_mine" }],
    ["channels", { channels: "späti" }],
    ["throttleRate", { throttleRate: "1.5" }],
    ["retrySchedule", { retrySchedule: "soon" }],
    [
      "headers",
      {
        headers: [
          { name: "X-A", value: "1" },
          { name: "x-a", value: "2" },
        ],
      },
    ],
    ["filter", { filter: { view: "json", join: "and", rows: [], text: "{" } }],
    ["metadata", { metadata: [{ name: "", value: "1" }] }],
  ];
  for (const [field, changes] of wrong) expect(Object.keys(await draftFaults(draft(changes), true))).toEqual([field]);
});

test("sensitive headers are never sent back, kept unless taken out", () => {
  const shown = { headers: { "X-Plain": "1", "X-Gone": "2" }, sensitive: ["Authorization"] };
  const endpoint = {
    url: "https://example.com",
    description: "",
    uid: null,
    eventTypes: null,
    channels: null,
    throttleRate: null,
    retrySchedule: null,
    filter: null,
    metadata: {},
  };
  const { headers } = draftOf(endpoint as unknown as Parameters<typeof draftOf>[0], shown);
  expect(headerChanges(headers, headers)).toBeNull();
  const edited = [{ name: "X-Plain", value: "9" }, ...headers.filter(({ name }) => name === "Authorization"), { name: "X-New", value: "" }];
  expect(headerChanges(headers, edited)).toEqual({ "X-Gone": null, "X-Plain": "9", "X-New": "" });
  expect(headerChanges(headers, [])).toEqual({ "X-Plain": null, "X-Gone": null, Authorization: null });
});
