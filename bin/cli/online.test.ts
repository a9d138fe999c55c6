import { readFileSync, statSync } from "node:fs";
import { expect, it } from "vitest";
import { env, setEnv } from "../../lib/env.ts";
import { relay } from "../../lib/listening/relay.ts";
import { closeEventStreams } from "../../lib/services/eventStream/eventStream.ts";
import { startReceiver } from "../../lib/testing/receiver.ts";
import { type Endpoint, eventually, testGround } from "./testGround.ts";

const { server, apiKey, cli, local, call, newApp, newEndpoint } = testGround();

const endpointsOf = async (app: string): Promise<Endpoint[]> => (await call<{ data: Endpoint[] }>("GET", `/app/${app}/endpoint`)).data;
const listenFor = (app: string, more: string[] = [], environment = {}) =>
  cli().start(["listen", "--app", app, "--forward-to", `${local().url}/hook?a=1`, ...more], { environment });

it("listen forwards an application's messages, tells the answer in the log, and leaves no endpoint behind", async () => {
  const app = await newApp();
  const listening = listenFor(app);
  const [, secret = ""] = await listening.waitFor(/signed with (whsec_\S+)/);
  const [endpoint] = await endpointsOf(app);
  expect(endpoint?.description).toMatch(/^webster listen on /);
  expect(await call("GET", `/app/${app}/endpoint/${endpoint?.id}/secret`)).toEqual({ key: secret });
  const payload = '{"type": "invoice.paid", "amount":12345678901234567891}';
  const sent = await cli().run(["send", "invoice.paid", "--app", app, "--data", payload]);
  const messageId = sent.out.trim();
  await listening.waitFor(new RegExp(`POST {2}invoice.paid {2}${messageId} {2}→ 202`));
  const [hit] = local().hits;
  expect([hit?.url, hit?.body.toString(), hit?.headers["webhook-id"]]).toEqual(["/hook?a=1", payload, messageId]);
  await eventually(() => call("GET", `/delivery/${messageId}/${endpoint?.id}`)).toMatchObject({
    status: "succeeded",
    attempts: [{ responseStatusCode: 202, response: "thanks" }],
  });
  expect((await listening.stop()).status).toBe(0);
  expect(await endpointsOf(app)).toEqual([]);
});

it("listen takes the secret that the local server has, shows it to nobody, and only the wanted event types", async () => {
  const app = await newApp();
  const secret = `whsec_${Buffer.alloc(24, 7).toString("base64")}`;
  const unknown = await listenFor(app, ["--events", "a.b,c.d"]).ended;
  expect(unknown).toMatchObject({ status: 1, err: expect.stringMatching(/Unknown or archived event types: a.b, c.d/) as unknown });
  expect(unknown.err).not.toMatch(/removed/);
  for (const name of ["a.b", "c.d"]) await call("POST", "/event-type", { name, description: "" });
  const listening = listenFor(app, ["--events", "a.b,c.d"], { WEBHOOK_SECRET: secret });
  await listening.waitFor(/signed with WEBHOOK_SECRET/);
  const [endpoint] = await endpointsOf(app);
  expect(endpoint).toMatchObject({ eventTypes: ["a.b", "c.d"] });
  expect(await call("GET", `/app/${app}/endpoint/${endpoint?.id}/secret`)).toEqual({ key: secret });
  expect(listening.out() + listening.err()).not.toContain(secret);
});

it("listen has the same address again, and connects again when it is cut off", async () => {
  const app = await newApp();
  const first = listenFor(app);
  const [url] = await first.waitFor(/http:\S+\/in\/listen_\w+\//);
  await first.stop();
  const second = listenFor(app);
  expect((await second.waitFor(/http:\S+\/in\/listen_\w+\//))[0]).toBe(url);
  relay().closeAll();
  await second.waitFor(/Connected again/);
  expect((await fetch(url, { method: "POST" })).status).toBe(202);
});

it("listen says in the log why the local server did not answer", async () => {
  const app = await newApp();
  const nowhere = await startReceiver();
  await nowhere.close();
  const listening = cli().start(["listen", "--app", app, "--forward-to", nowhere.url]);
  await listening.waitFor(/signed with/);
  const { out } = await cli().run(["send", "invoice.paid", "--app", app, "--data", "{}"]);
  await listening.waitFor(/→ 502 \(nothing listens there\)/);
  const [endpoint] = await endpointsOf(app);
  await eventually(() => call("GET", `/delivery/${out.trim()}/${endpoint?.id}`)).toMatchObject({
    attempts: expect.arrayContaining([
      expect.objectContaining({
        responseStatusCode: 502,
        response: `webster listen: ${nowhere.url}/ can't be reached: nothing listens there`,
      }),
    ]) as unknown,
  });
});

it("listen taps a source, and trigger sends it a test that its provider might have sent", async () => {
  const source = await call<{ id: string; application: { id: string } }>("POST", "/source", {
    name: "Shop",
    provider: "github",
    secrets: ["a-secret-of-github"],
  });
  const listening = cli().start(["listen", "--source", source.id, "--forward-to", local().url]);
  await listening.waitFor(/signed with/);
  const { out } = await cli().run(["trigger", "--source", source.id]);
  expect(out).toMatch(/^msg_\w+ {2}accepted {2}answered 200\n$/);
  await listening.waitFor(/→ 202/);
  expect(local().hits[0]?.headers["x-github-event"]).toBe("push");
});

it("listen without an application gives an address to send to", async () => {
  const listening = cli().start(["listen", "--forward-to", new URL(local().url).port]);
  const [url] = await listening.waitFor(/http:\S+\/in\/listen_\w+\//);
  expect(await (await fetch(`${url}?b=2`, { method: "PUT", body: "x" })).text()).toBe("thanks");
  expect(local().hits[0]).toMatchObject({ method: "PUT", url: "/?b=2" });
});

it.each(["", ":"])("listen takes a port with a path: %s4000/hook", async (before) => {
  const listening = cli().start(["listen", "--forward-to", `${before}${new URL(local().url).port}/hook?a=1`]);
  const [url] = await listening.waitFor(/http:\S+\/in\/listen_\w+\//);
  expect(await (await fetch(url, { method: "POST", body: "x" })).text()).toBe("thanks");
  expect(local().hits[0]?.url).toBe("/hook?a=1");
});

it("listen says what to do where it may not", async () => {
  setEnv({ ...env(), listen: "off" });
  const off = await cli().run(["listen", "--forward-to", local().url]);
  expect([off.status, off.err]).toEqual([1, expect.stringMatching(/WEBSTER_LISTEN=keys[^]*What to do: /)]);
  setEnv({ ...env(), listen: "keys" });
  const noKey = await cli().run(["listen", "--forward-to", local().url], { environment: { WEBSTER_API_KEY: "wrong-key-0123456789" } });
  expect(noKey.err).toMatch(/answered 401[^]*webster login/);
  const nobody = await cli().run(["listen", "--app", "app_nobody", "--forward-to", local().url]);
  expect(nobody.err).toMatch(/answered 404[^]*webster whoami/);
  const away = await cli().run(["listen", "--forward-to", local().url, "--server", "http://127.0.0.1:9"]);
  expect(away.err).toMatch(/can't be reached: ECONNREFUSED[^]*running/);
});

it("trigger sends an example to the endpoint that listens, and to nobody else", async () => {
  const app = await newApp();
  const schema = { type: "object", examples: [{ type: "invoice.paid", amount: 42 }] };
  await call("POST", "/event-type", { name: "invoice.paid", description: "", schemas: { "1": schema } });
  const other = await startReceiver();
  try {
    expect((await cli().run(["trigger", "invoice.paid", "--app", app])).err).toMatch(/no endpoint[^]*webster listen/);
    const [one, two] = [await newEndpoint(app, other.url), await newEndpoint(app, other.url)];
    const unclear = await cli().run(["trigger", "invoice.paid", "--app", app]);
    expect(unclear.err).toContain(`--endpoint ${one.id} (${other.url}/)`);
    await cli().run(["trigger", "invoice.paid", "--app", app, "--endpoint", two.id]);
    await other.waitForHits(1);
    const listening = listenFor(app);
    await listening.waitFor(/signed with/);
    expect((await cli().run(["trigger", "invoice.paid", "--app", app])).out).toMatch(/^msg_/);
    await listening.waitFor(/→ 202/);
    expect(JSON.parse(local().hits[0]?.body.toString() ?? "")).toEqual({ type: "invoice.paid", amount: 42 });
    expect(other.hits).toHaveLength(1);
  } finally {
    await other.close();
  }
});

it("send takes the payload from an argument, a file or a pipe, and says what is wrong with it", async () => {
  const app = await newApp();
  const send = (more: string[], stdin = "") => cli().run(["send", "a.b", "--app", app, ...more], { stdin });
  expect((await send([], '{"from":"a pipe"}')).out).toMatch(/^msg_/);
  expect((await send([], '\ufeff{"from":"PowerShell"}')).out).toMatch(/^msg_/);
  const { out } = await send(["--data", "{}", "--event-id", "mine", "--channel", "x", "--channel", "y", "--tag", "t"]);
  expect(await call("GET", `/app/${app}/msg/${out.trim()}`)).toMatchObject({ eventId: "mine", channels: ["x", "y"], tags: ["t"] });
  expect((await send(["--data", "{}", "--event-id", "mine"])).err).toMatch(/answered 409/);
  expect((await send(["--data", "{x"])).err).toMatch(/not valid JSON[^]*single quotes/);
  expect((await send([], "\n")).err).toMatch(/There is no payload[^]*--data/);
  expect((await send(["--data", "[]"])).err).toMatch(/no JSON object/);
  expect((await send(["--file", "missing.json"])).err).toMatch(/missing.json can't be read: ENOENT/);
  expect((await cli().run(["send", "a b", "--app", app, "--data", "{}"])).err).toMatch(/answered 422: eventType: /);
  expect(await cli().run(["send", "a.b"])).toMatchObject({ status: 2, err: expect.stringContaining("--app") as unknown });
});

it("resend sends again where it failed, or where it is told to", async () => {
  const app = await newApp();
  const broken = await startReceiver({ status: 500 });
  try {
    const [good, bad] = [await newEndpoint(app, local().url), await newEndpoint(app, broken.url)];
    const messageId = (await cli().run(["send", "a.b", "--app", app, "--data", "{}"])).out.trim();
    await eventually(() => call("GET", `/delivery/${messageId}/${bad.id}`)).toMatchObject({ status: "failed" });
    await eventually(() => call("GET", `/delivery/${messageId}/${good.id}`)).toMatchObject({ status: "succeeded" });
    broken.respond({ status: 204 });
    expect((await cli().run(["resend", messageId])).out).toBe(`${messageId}  ${bad.id}\n`);
    await eventually(() => call("GET", `/delivery/${messageId}/${bad.id}`)).toMatchObject({ status: "succeeded" });
    expect((await cli().run(["resend", messageId])).err).toMatch(/failed nowhere[^]*--all/);
    expect((await cli().run(["resend", messageId, "--all"])).out.trim().split("\n")).toHaveLength(2);
    expect((await cli().run(["resend", messageId, "--app", app, "--endpoint", good.id])).out).toBe(`${messageId}  ${good.id}\n`);
    expect((await cli().run(["resend", "msg_nobody"])).status).toBe(1);
    broken.respond({ status: 500 });
    await call("PATCH", `/app/${app}/endpoint/${bad.id}`, { retrySchedule: [3600] });
    const waiting = (await cli().run(["send", "a.b", "--app", app, "--data", "{}"])).out.trim();
    await eventually(() => call("GET", `/delivery/${waiting}/${bad.id}`)).toMatchObject({ status: "pending", attemptCount: 1 });
    broken.respond({ status: 204 });
    expect((await cli().run(["resend", waiting])).out).toBe(`${waiting}  ${bad.id}\n`);
    await eventually(() => call("GET", `/delivery/${waiting}/${bad.id}`)).toMatchObject({ status: "succeeded" });
  } finally {
    await broken.close();
  }
});

it("tail and listen end, and say what to do, once their key has ended: asking again would change nothing", async () => {
  const app = await newApp();
  await newEndpoint(app, local().url);
  await cli().run(["send", "a.b", "--app", app, "--data", "{}"]);
  const following = cli().start(["tail"]);
  const listening = listenFor(app);
  await following.waitFor(/a\.b/);
  await listening.waitFor(/signed with/);
  const { data: keys } = await call<{ data: { id: string }[] }>("GET", "/api-key");
  await call("DELETE", `/api-key/${keys[0]?.id}`);
  closeEventStreams();
  relay().closeAll();
  for (const { ended } of [following, listening])
    expect(await ended).toMatchObject({ status: 1, err: expect.stringMatching(/answered 401[^]*webster login/) });
});

it("login keeps the key for its owner alone, and uses it for its own server alone", async () => {
  const bare = { WEBSTER_URL: "", WEBSTER_API_KEY: "" };
  const wrong = await cli().run(["login", "--server", server().url], { environment: bare, stdin: "not-the-key-0123456789\n" });
  expect([wrong.status, wrong.err]).toEqual([1, expect.stringMatching(/answered 401/)]);
  const right = await cli().run(["login", "--server", `${server().url}/api/v1/`, "--profile", "staging"], {
    environment: bare,
    stdin: `${apiKey()}\n`,
  });
  expect(right.status).toBe(0);
  expect(right.out + right.err).not.toContain(apiKey());
  const path = `${cli().directory}/profiles/profiles.json`;
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(`${cli().directory}/profiles`).mode & 0o777).toBe(0o700);
  expect(readFileSync(path, "utf8")).toContain(apiKey());
  expect((await cli().run(["whoami"], { environment: bare })).out).toMatch(new RegExp(`^${server().url} {2}env_`));
  expect((await cli().run(["profiles"], { environment: bare })).out).toBe(`* staging  ${server().url}\n`);
  // Without a scheme a server of this machine is asked by http.
  expect((await cli().run(["whoami", "--server", new URL(server().url).host], { environment: bare })).out).toContain(server().url);
  expect((await cli().run(["whoami", "--server", "localhost.example:9"], { environment: bare })).err).toContain(
    "https://localhost.example:9",
  );
  // A profile that is named counts before the environment.
  const named = await cli().run(["whoami", "--profile", "staging"], {
    environment: { WEBSTER_URL: "http://127.0.0.1:9", WEBSTER_API_KEY: "x" },
  });
  expect(named.out).toContain(server().url);
  const elsewhere = await cli().run(["whoami", "--server", local().url], { environment: bare });
  expect([elsewhere.err, local().hits]).toEqual([expect.stringMatching(/no API key for/), []]);
  // Nor does the environment's key go to another server than the environment's.
  const away = await cli().run(["whoami", "--server", local().url]);
  expect(away.err).toContain(`WEBSTER_API_KEY is the key for WEBSTER_URL (${server().url})`);
  expect(local().hits).toEqual([]);
  expect((await cli().run(["whoami", "--profile", "nobody"], { environment: bare })).err).toMatch(/one of: staging/);
  await cli().run(["logout"], { environment: bare });
  expect(readFileSync(path, "utf8")).not.toContain(apiKey());
});

it("a server that is none is told apart from one that is away, and from one without TLS", async () => {
  const plain = server().url;
  expect((await cli().run(["whoami", "--server", plain.replace("http", "https"), "--api-key", "key-0123456789"])).err).toContain(
    `does not speak TLS there: --server ${plain}`,
  );
  local().respond({ status: 200, headers: { "content-type": "text/html" }, body: "<html>" });
  expect((await cli().run(["whoami", "--server", local().url, "--api-key", "key-0123456789"])).err).toMatch(/not as Webster or Svix do/);
  local().respond({ status: 302, headers: { location: "https://example.com" } });
  expect((await cli().run(["whoami", "--server", local().url, "--api-key", "key-0123456789"])).err).toMatch(/answered 302[^]*own address/);
});
