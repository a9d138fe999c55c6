/** Things that can be moved in part, not at all, or not by this key. */
import { expect, test } from "vitest";
import { startReceiver } from "../../lib/testing/receiver.ts";
import { type SvixContent, type SvixServer, svixToken } from "../../lib/testing/svixServer.ts";
import { apiOf } from "./api.ts";
import { Fatal } from "./faults.ts";
import { Stopped } from "./move.ts";
import { reportText } from "./report.ts";
import { type Target, secret, publicKey, code, idAt, messageAt, contentOf, counts, run, testGround } from "./testGround.ts";
import { noValues } from "./values.ts";

const { newSource, newTarget, receiver, websterUrl } = testGround();

test("an endpoint whose headers can't be read waits, disabled, until they are given", async () => {
  const content = contentOf(receiver().url);
  const [acme] = content.applications;
  const [main] = acme?.endpoints ?? [];
  Object.assign(main ?? {}, { sensitive: ["Authorization"] });
  acme?.endpoints?.push({ id: idAt("endpoint", 5), uid: "pair", url: `${receiver().url}/pair`, secret: publicKey });
  const source = await newSource(content);
  const target = await newTarget();
  const report = await run(source, target);
  expect(report.entries.filter(({ outcome }) => outcome === "wanting").map(({ id, detail }) => [id, detail])).toEqual([
    [main?.id, expect.stringContaining("Authorization")],
    [acme?.endpoints?.at(-1)?.id, expect.stringContaining("private key")],
  ]);
  const path = `/api/v1/app/acme/endpoint/${main?.id}`;
  expect(await target.api.get(path)).toMatchObject({ disabled: true });
  expect(counts(await run(source, target))).toMatchObject({ made: 0, wanting: 2, differs: 0 });
  const values = { ...noValues, endpoints: { main: { headers: { authorization: "Bearer private-value" } } } };
  const given = await run(source, target, { values });
  expect(counts(given)).toMatchObject({ made: 1, wanting: 1 });
  expect(await target.api.get(path)).toMatchObject({ disabled: false });
  expect(await target.api.get(`${path}/headers`)).toMatchObject({ sensitive: ["authorization"] });
  expect(counts(await run(source, target, { values }))).toMatchObject({ made: 0, wanting: 1, differs: 0 });
});

test("one that is refused does not hold up the others, and no secret stands in the report", async () => {
  const content = contentOf(receiver().url);
  const [acme] = content.applications;
  acme?.endpoints?.unshift({
    id: idAt("endpoint", 9),
    url: "http://example.com/plain",
    secret,
    headers: { "X-Own": "private-header-value" },
  });
  acme?.endpoints?.unshift({ id: idAt("endpoint", 9), url: `${receiver().url}/short`, secret: "whsec_AAAA" });
  const report = await run(await newSource(content), await newTarget());
  expect(counts(report)).toMatchObject({ failed: 2, made: 3 + 2 + 3 + 3 });
  const text = reportText(report, { apply: true, from: "https://a", to: "https://b" });
  expect(text).toContain("## Failed");
  for (const private_ of [secret, "whsec_AAAA", "private-header-value", svixToken, code]) expect(text).not.toContain(private_);
});

test("a message that is refused does not hold back those that are listed with it", async () => {
  const messages = Array.from({ length: 9 }, (_, i) => messageAt(i + 1, i === 4 ? { eventId: "msg_like-an-id" } : {}));
  const application = { id: idAt("application", 20), name: "A", throttleRate: 0, messages };
  const source = await newSource({ eventTypes: [], applications: [application] });
  const target = await newTarget();
  const report = await run(source, target);
  expect(counts(report)).toMatchObject({ made: 1 + 8, failed: 1 });
  expect(report.entries).toMatchObject([{ kind: "message", id: messages[4]?.id, detail: expect.stringContaining("eventId") }]);
  expect(counts(await run(source, target))).toMatchObject({ there: 1 + 8, failed: 1 });
});

test("connectors, operational webhooks, sources, integrations and polling endpoints come along, once", async () => {
  const content: SvixContent = {
    ...contentOf(receiver().url),
    connectors: [{ id: "conn_1", name: "Chat", kind: "Slack", transformation: code, logo: null, description: "" }],
    operationalEndpoints: [
      { id: "ep_op", url: `${receiver().url}/op`, description: "", metadata: {}, secret, filterTypes: ["endpoint.created"] },
    ],
    sources: [
      {
        id: "src_1",
        name: "Anything",
        type: "generic-webhook",
        metadata: {},
        endpoints: [{ id: "ep_in", url: `${receiver().url}/in`, secret, headers: { "X-A": "b" } }],
      },
      { id: "src_2", uid: "pay", name: "Payments", type: "stripe", config: {}, metadata: {} },
    ],
  };
  Object.assign(content.applications[0] ?? {}, {
    integrations: [{ id: "integ_1", name: "Zapier", featureFlags: ["beta"] }],
    destinations: [
      { id: "dest_1", uid: "warehouse", type: "pollingEndpoint", status: "enabled", eventTypes: ["paid"], channels: [], metadata: {} },
    ],
  });
  const source = await newSource(content);
  const target = await newTarget();
  const first = await run(source, target);
  expect(first.entries.filter(({ outcome }) => outcome === "failed").map(({ id }) => id)).toEqual(["src_2"]);
  const values = { ...noValues, sources: { pay: { config: { secret: "whsec_C2FVsBQIhrscChlQIMV" } } } };
  expect(counts(await run(source, target, { values }))).toMatchObject({ made: 1, failed: 0, differs: 0 });
  expect(counts(await run(source, target, { values }))).toMatchObject({ made: 0, failed: 0, differs: 0 });
  const { data } = await target.api.get<{ data: Record<string, unknown>[] }>("/api/v1/operational-webhook/endpoint");
  expect(data).toMatchObject([{ url: `${receiver().url}/op`, eventTypes: ["endpoint.created"] }]);
});

test("one application alone, and a stop on the way", async () => {
  const source = await newSource(contentOf(receiver().url));
  const target = await newTarget();
  expect(counts(await run(source, target, { only: ["acme"] }))).toMatchObject({ made: 3 + 1 + 3 + 2 });
  expect((await target.api.get<{ data: unknown[] }>("/api/v1/app")).data).toHaveLength(1);
  await expect(run(source, target, { only: ["nobody"] })).rejects.toThrow(/no application nobody/);
  const stop = () => {
    throw new Stopped();
  };
  await expect(run(source, target, { checkStop: stop })).rejects.toThrow(Stopped);
});

/** A URL where nobody listens any more. */
async function closedUrl(): Promise<string> {
  const closed = await startReceiver();
  await closed.close();
  return closed.url;
}

const refusals: [string, (source: SvixServer, target: Target) => Promise<unknown>, RegExp, RegExp][] = [
  ["a wrong token", (source, target) => run(source, target, { token: "other" }), /SVIX_TOKEN/, /region/],
  ["another server's address", (source, target) => run({ url: `${source.url}/elsewhere` }, target), /is not Svix's API|404/, /address/],
  ["nothing there", (_, target) => closedUrl().then((url) => run({ url }, target)), /Nothing answers at http.*: ECONNREFUSED/, /SVIX_URL/],
  [
    "a key of nobody",
    (source, target) => run(source, { ...target, api: apiOf("target", websterUrl(), "wk_no") }),
    /WEBSTER_API_KEY/,
    /Settings/,
  ],
];

test.each(refusals)("%s is told with what to do", async (_, work, message, remedy) => {
  const source = await newSource({ eventTypes: [], applications: [] });
  const fault = await work(source, await newTarget()).then(
    () => null,
    (error: unknown) => error,
  );
  expect(fault).toBeInstanceOf(Fatal);
  expect((fault as Fatal).message).toMatch(message);
  expect((fault as Fatal).remedy).toMatch(remedy);
});

test("a key that may only read is told so before anything is written, in a dry run too", async () => {
  const source = await newSource(contentOf(receiver().url));
  const target = await newTarget();
  const { key } = await target.api.post<{ key: string }>("/api/v1/api-key", { name: "Reads", permission: "read" });
  const api = apiOf("target", websterUrl(), key);
  for (const apply of [false, true])
    await expect(run(source, { ...target, api }, { apply })).rejects.toThrow(/does not let the key in WEBSTER_API_KEY/);
});
