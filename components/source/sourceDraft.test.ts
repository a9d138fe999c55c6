import { describe, expect, test } from "vitest";
import { SourceIn, type SourceOut, SourcePatch } from "../../lib/contract/source.ts";
import { listProviders } from "../../lib/services/source/sourceConfig.ts";
import { changeOf, draftFaults, draftOf, emptyDraft, inputOf, patchOf } from "./sourceDraft.ts";

const providerOf = (kind: string) => {
  const provider = listProviders().find((one) => one.kind === kind);
  if (provider === undefined) throw new Error(kind);
  return provider;
};

describe("a new source", () => {
  test.each(listProviders())("of $kind, with its name and what it needs, is one that the API takes", (provider) => {
    const draft = emptyDraft(provider.label);
    const settings = Object.fromEntries(
      provider.fields.filter(({ name, required }) => name !== "secret" && required).map(({ name }) => [name, "x"]),
    );
    const filled = { ...draft, secret: "s", settings };
    expect(draftFaults(filled, provider, [], true)).toEqual({});
    expect(SourceIn.safeParse(inputOf(filled, provider)).success).toBe(true);
    const needs = provider.fields.filter(({ required }) => required).map(({ name }) => name);
    expect(Object.keys(draftFaults(draft, provider, [], true)).sort()).toEqual(needs.sort());
  });

  test("is told what is missing by its name, in which an abbreviation stays as it is", () => {
    const faults = draftFaults(emptyDraft("a"), providerOf("jwt-keys"), [], true);
    expect(Object.values(faults)).toEqual(["Enter the key set's URL", "Enter the audience"]);
  });

  test("takes the secret as it was typed", () => {
    expect(inputOf({ ...emptyDraft("a"), secret: " s\n" }, providerOf("github")).secrets).toEqual([" s\n"]);
  });

  test("says what is no number", () => {
    const draft = { ...emptyDraft(" "), secret: "s", rateLimit: "many", rejectedStatus: "4o1" };
    expect(Object.keys(draftFaults(draft, providerOf("github"), [], true)).sort()).toEqual(["name", "rateLimit", "rejectedStatus"]);
  });
});

describe("a source that is there", () => {
  const source: SourceOut = {
    id: "src_1",
    uid: null,
    name: "Meta",
    provider: "meta",
    url: "https://webster.example/in/t",
    oldUrlsExpireAt: [],
    application: { id: "app_1", uid: null, name: "Meta" },
    ownsApplication: true,
    secrets: [],
    settings: {},
    secretSettings: ["verifyToken"],
    problem: null,
    responseProblem: null,
    metadata: {},
    eventType: { from: "header", value: "x-event" },
    dedupe: { by: "body", value: "id", windowSeconds: 60 },
    rateLimit: 5,
    maximumBodyBytes: null,
    acceptedResponse: { status: 202, headers: { "content-type": "text/plain" }, body: "ok" },
    rejectedResponse: { status: 503, headers: { "retry-after": "60" }, body: "later" },
    forward: { headers: "listed", names: ["x-a", "x-b"], path: true, query: false },
    filter: { path: "payload.amount", gte: 100 },
    disabled: false,
    createdAt: "2027-01-01T00:00:00Z",
    updatedAt: "2027-01-01T00:00:00Z",
  };

  test("stays what it was when nothing is changed", () => {
    const patch = patchOf(draftOf(source), providerOf("meta"));
    expect(SourcePatch.safeParse(patch).success).toBe(true);
    const { eventType, dedupe, rateLimit, maximumBodyBytes, acceptedResponse, rejectedResponse, forward, filter, name } = source;
    expect(patch).toEqual({
      name,
      applicationId: null,
      settings: {},
      eventType,
      dedupe,
      rateLimit,
      maximumBodyBytes,
      acceptedResponse,
      rejectedResponse,
      forward,
      filter,
    });
  });

  test("holds the headers and bodies of its answers, each to be changed, and takes away an answer of which nothing is left", () => {
    const draft = draftOf(source);
    expect(draft.rejectedHeaders).toEqual([{ name: "retry-after", value: "60" }]);
    const changed = {
      ...draft,
      acceptedHeaders: [],
      acceptedStatus: "",
      rejectedStatus: "",
      rejectedBody: "",
      rejectedHeaders: [{ name: " x-why ", value: "later" }],
    };
    expect(patchOf(changed, providerOf("meta"))).toMatchObject({
      acceptedResponse: { status: 200, headers: {}, body: "ok" },
      rejectedResponse: { status: providerOf("meta").rejectedStatus, headers: { "x-why": "later" }, body: "" },
    });
    const none = { ...changed, acceptedBody: "", rejectedHeaders: [{ name: "", value: "" }] };
    expect(patchOf(none, providerOf("meta"))).toMatchObject({ acceptedResponse: null, rejectedResponse: null });
  });

  test("keeps a secret setting that was left empty, and loses another", () => {
    expect(draftFaults(draftOf(source), providerOf("meta"), ["verifyToken"], false)).toEqual({});
    expect(Object.keys(draftFaults(draftOf(source), providerOf("meta"), [], false))).toEqual(["verifyToken"]);
    const hmac = { ...source, provider: "hmac" as const, settings: { header: "x-sig", prefix: "sha256=" }, secretSettings: [] };
    const draft = { ...draftOf(hmac), settings: { header: "x-sig", prefix: "" } };
    expect(patchOf(draft, providerOf("hmac")).settings).toMatchObject({ header: "x-sig", prefix: null });
  });

  test("a change has no more than what is not as it was, one setting by the other", () => {
    const hmac = { ...source, provider: "hmac" as const, settings: { header: "x-sig", prefix: "sha256=" }, secretSettings: [] };
    const kept = draftOf(hmac);
    expect(changeOf(kept, kept, providerOf("hmac"))).toEqual({});
    expect(changeOf({ ...kept, rateLimit: "7" }, kept, providerOf("hmac"))).toEqual({ rateLimit: 7 });
    const without = { ...kept, settings: { header: "x-sig", prefix: "" } };
    expect(changeOf(without, kept, providerOf("hmac"))).toEqual({ settings: { prefix: null } });
  });
});
