import { expect, it } from "vitest";
import type { DeliveryOut } from "../../lib/contract/delivery.ts";
import { closeEventStreams } from "../../lib/services/eventStream/eventStream.ts";
import { startReceiver } from "../../lib/testing/receiver.ts";
import { type DeliveryFilters, isShown, queryOf } from "./tailFilters.ts";
import { eventually, testGround } from "./testGround.ts";

const { server, cli, local, call, newApp, newEndpoint } = testGround();

it("tail begins with the latest, then shows what changes, as the filters say", async () => {
  const app = await newApp();
  await newEndpoint(app, local().url);
  const send = async (type: string): Promise<string> => (await cli().run(["send", type, "--app", app, "--data", "{}"])).out.trim();
  const earlier = await send("a.earlier");
  await eventually(() => call("GET", `/delivery?message_id=${earlier}`)).toMatchObject({ data: [{ status: "succeeded" }] });
  const all = cli().start(["tail"]);
  const filtered = cli().start([
    "tail",
    "--lines",
    "0",
    "--json",
    "--status",
    "succeeded",
    "--http-status",
    "2xx",
    "--event-types",
    "a.wanted",
    "--app",
    app,
  ]);
  await all.waitFor(new RegExp(`succeeded +202 +a.earlier +${earlier} +Café`));
  // The command follows changes once it shows something: until then nobody knows.
  await eventually(async () => {
    await send("a.wanted");
    return filtered.out();
  }).toMatch(/"eventType":"a.wanted"/);
  const unwanted = await send("a.unwanted");
  const wanted = await send("a.wanted");
  await filtered.waitFor(new RegExp(`"messageId":"${wanted}"`));
  await all.waitFor(new RegExp(`succeeded .*${unwanted}`));
  expect(filtered.out()).not.toMatch(/a\.unwanted|"pending"/);
  expect((await all.stop()).status).toBe(0);
});

it("tail shows nothing older than it began with, once its connection comes back", async () => {
  const app = await newApp();
  await newEndpoint(app, local().url);
  const send = async (): Promise<string> => (await cli().run(["send", "a.b", "--app", app, "--data", "{}"])).out.trim();
  const [first, second] = [await send(), await send()];
  await eventually(() => call("GET", "/delivery")).toMatchObject({ data: [{ status: "succeeded" }, { status: "succeeded" }] });
  const following = cli().start(["tail", "--lines", "1"]);
  await following.waitFor(new RegExp(second));
  closeEventStreams();
  const third = await send();
  await following.waitFor(new RegExp(`succeeded .*${third}`));
  expect(following.out()).not.toContain(first);
});

it("tail's filters find among the rows that change what the server's find in the log", async () => {
  const uid = "café".normalize("NFD").replace(/[^a-z]/g, "");
  const app = (await call<{ id: string }>("POST", "/app", { name: "Café", uid })).id;
  const broken = await startReceiver({ status: 503 });
  const nowhere = await startReceiver();
  await nowhere.close();
  try {
    const endpoints = [];
    for (const url of [local().url, broken.url, nowhere.url]) endpoints.push(await newEndpoint(app, url));
    const [first] = endpoints;
    const sent = await cli().run(["send", "a.b", "--app", app, "--data", "{}", "--event-id", "mine"]);
    await cli().run(["send", "c.d", "--app", app, "--data", "{}"]);
    const rows = async (query = new URLSearchParams()): Promise<DeliveryOut[]> =>
      (await call<{ data: DeliveryOut[] }>("GET", `/delivery?limit=100&${query}`)).data;
    await eventually(async () => (await rows()).map(({ status }) => status).toSorted()).toEqual([
      ..."failed failed failed failed".split(" "),
      ..."succeeded succeeded".split(" "),
    ]);
    const all = await rows();
    const moment = all[0]?.createdAt ?? "";
    const tried: DeliveryFilters[] = [
      { status: ["failed"] },
      { status: ["untried", "succeeded", "retrying"] },
      { httpStatus: ["5xx"] },
      { httpStatus: ["0", "202"] },
      { httpStatus: ["500-504", "100-203"] },
      { eventTypes: ["a.b"] },
      { app: uid },
      { app },
      { endpoint: first?.id ?? "" },
      { errorClass: ["refused"] },
      { minAttempts: 2 },
      { message: sent.out.trim() },
      { message: "mine" },
      { after: moment },
      { before: moment },
      { status: ["succeeded"], eventTypes: ["c.d", "a.b"], httpStatus: ["202"] },
    ];
    const idsOf = (found: DeliveryOut[]): string[] => found.map(({ messageId, endpointId }) => `${messageId} ${endpointId}`).toSorted();
    for (const filters of tried)
      expect([filters, idsOf(all.filter((row) => isShown(row, filters)))]).toEqual([filters, idsOf(await rows(queryOf(filters)))]);
  } finally {
    await broken.close();
  }
});

it("tail follows by what a row does not tell: a tag, a channel", async () => {
  const app = await newApp();
  await newEndpoint(app, local().url);
  const send = async (...more: string[]): Promise<string> =>
    (await cli().run(["send", "a.b", "--app", app, "--data", "{}", ...more])).out.trim();
  await send();
  const followings = [
    cli().start(["tail", "--lines", "0", "--tag", "vip"]),
    cli().start(["tail", "--lines", "0", "--channel", "eu", "--status", "succeeded"]),
  ];
  const [wanted, unwanted]: [string[], string[]] = [[], []];
  for (const following of followings)
    await eventually(async () => {
      unwanted.push(await send());
      wanted.push(await send("--tag", "vip", "--channel", "eu"));
      return wanted.some((one) => following.out().includes(one));
    }).toBe(true);
  for (const following of followings) for (const one of unwanted) expect(following.out()).not.toContain(one);
});

it("tail says what a number may be", async () => {
  for (const [flag, most] of [
    ["--lines", 250],
    ["--min-attempts", 10_000],
  ] as const)
    for (const text of ["x", "-1", String(most + 1)])
      expect(await cli().run(["tail", `${flag}=${text}`])).toMatchObject({
        status: 1,
        err: expect.stringContaining(`"${text}" is no number from 0 to ${most}`) as unknown,
      });
});

it.each(["id", "uid"] as const)("tail --received shows what sources received, by the source's %s", async (name) => {
  const source = await call<{ id: string; uid: string; url: string }>("POST", "/source", {
    name: "Shop",
    uid: "a-shop",
    provider: "github",
    secrets: ["a-secret-of-github"],
  });
  const following = cli().start(["tail", "--received", "--verdict", "rejected", "--source", source[name]]);
  const post = () => fetch(`${server().url}${new URL(source.url).pathname}`, { method: "POST", body: "{}" });
  // The second follows the first, which the log may have had when the command began.
  for (const times of [1, 2])
    await eventually(async () => {
      await post();
      return following.out();
    }).toMatch(new RegExp(`(rejected .* Shop[^]*){${times}}`));
});
