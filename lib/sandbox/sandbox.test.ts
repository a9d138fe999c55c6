import { execFileSync } from "node:child_process";
import { afterAll, beforeEach, expect, test } from "vitest";
import { setEnv } from "../env.ts";
import { testEnv } from "../testing/settings.ts";
import { pass, releaseTime, soon, standTime } from "../testing/standingTime.ts";
import { until } from "../testing/until.ts";
import { messageBody } from "../webhooks/messageBody.ts";
import { closeSandbox, runCode } from "./sandbox.ts";
import { type TransformResult, faultOfCode, transform } from "./transform.ts";

beforeEach(() => setEnv(testEnv("postgresql://nobody@127.0.0.1:1/none", {})));
afterAll(() => closeSandbox());

const subject = {
  whose: { tenant: "app_1", owner: "ep_1" },
  url: "http://127.0.0.1:1/hook",
  headers: { "X-Own": "1", Authorization: "Bearer secret" },
  eventType: "invoice.paid",
  payload: Buffer.from('{"amount":1.0,"id":12345678901234567890,"amount":2}'),
  contentType: null as string | null,
};

const run = (code: string, changes: Partial<typeof subject> = {}, variables: Record<string, string> = {}): Promise<TransformResult> =>
  transform({ code, variables }, { ...subject, ...changes, body: messageBody({ ...subject, ...changes }, 1_000_000) });

const returning = (body: string): string => `function handler(webhook) { ${body}; return webhook }`;

test("bytes that the code leaves alone are the very bytes", async () => {
  const made = await run(returning("webhook.headers.seen = 'yes'"));
  expect(made).toMatchObject({ kind: "ready", method: "POST", url: subject.url, contentType: null });
  expect(made).toHaveProperty("payload", subject.payload);
  expect(made).toHaveProperty("headers", { "X-Own": "1", Authorization: "Bearer secret", seen: "yes" });
});

test("it may change method, url, headers and payload; variables and console are there", async () => {
  const code = `const handler = async (webhook) => {
    console.log("type", webhook.eventType, { headers: webhook.headers }, undefined);
    await null;
    return { ...webhook, method: "PUT", url: webhook.url + "?k=" + variables.key, headers: { "x-own": 2, authorization: null }, payload: { text: webhook.payload.amount } };
  }`;
  const made = await run(code, {}, { key: "abc" });
  expect(made).toMatchObject({
    kind: "ready",
    method: "PUT",
    url: `${subject.url}?k=abc`,
    headers: { "x-own": "2" },
    logs: ['type invoice.paid {"headers":{"X-Own":"1"}} undefined'],
  });
  expect(made.kind === "ready" && made.payload.toString()).toBe('{"text":2}');
});

test("a text becomes the body as it is; a body that is no JSON arrives as a text", async () => {
  const made = await run(returning("webhook.payload = '<a>' + webhook.payload.amount + '</a>'"));
  expect(made).toMatchObject({ kind: "ready", payload: Buffer.from("<a>2</a>"), contentType: "text/plain; charset=utf-8" });
  const html = { payload: Buffer.from("<b/>"), contentType: "text/html" };
  expect(await run(returning("webhook.payload += '<c/>'"), html)).toMatchObject({
    payload: Buffer.from("<b/><c/>"),
    contentType: "text/html",
  });
  expect(await run(returning("webhook.payload = { was: webhook.payload }"), html)).toMatchObject({
    payload: Buffer.from('{"was":"<b/>"}'),
    contentType: null,
  });
});

test("cancel", async () => {
  expect(await run(returning("webhook.cancel = true; webhook.url = 5"))).toMatchObject({ kind: "cancelled" });
});

const memoryOrTime = /memory|time|long/;

test.each<[string, string, RegExp]>([
  ["an endless loop", returning("for (;;);"), /500 ms|too long/],
  ["an endless loop outside the handler", "for (;;);", /500 ms|too long/],
  ["a regular expression that explodes", returning("/^(a+)+$/.test('a'.repeat(40) + 'b')"), /500 ms|too long/],
  ["a huge allocation", returning("const all = []; for (;;) all.push(new Array(1e5).fill(1))"), memoryOrTime],
  ["a text that doubles", returning("let s = 'x'; for (;;) s += s"), /string too long|memory/],
  ["deep recursion", "function handler(webhook) { return handler(webhook) + 1 }", /stack|deeply/],
  ["an output of 100 MB", returning("webhook.payload = 'x'.repeat(100e6)"), /memory/],
  ["an output of 2 MB", returning("webhook.payload = 'x'.repeat(2e6)"), /larger than 1048576 bytes/],
  ["an error", returning("\nnull.x"), /TypeError: cannot read property 'x' of null \(line 2\)/],
  ["a thrown text", returning("throw 'no'"), /^no$/],
  ["a thrown null", returning("throw null"), /^null$/],
  ["a thrown symbol", returning("throw Symbol('odd')"), /Symbol\(odd\)/],
  ["a thrown trap", returning("throw { toJSON() { for (;;); } }"), /can't be shown/],
  ["a promise never resolved", "const handler = () => new Promise(() => {})", /never settled/],
  ["a promise rejected", "const handler = async () => { throw new Error('late') }", /Error: late/],
  ["a promise that goes on forever", "const handler = async () => { for (;;) await null }", /500 ms|too long/],
  ["no handler", "const other = 1", /no function named handler/],
  ["a syntax error", "function handler(webhook) {\n  retrun webhook\n}", /SyntaxError.*\(line 2\)/],
  ["nothing returned", "function handler() {}", /must return the webhook, and returned undefined/],
  ["an array returned", "const handler = () => []", /returned an array/],
  ["no payload", returning("delete webhook.payload"), /payload is missing/],
  ["a payload that can't be told", returning("webhook.payload = {}; webhook.payload.self = webhook.payload"), /circular/],
  ["a method", returning("webhook.method = 'DELETE'"), /POST or PUT/],
  ["a url that is none", returning("webhook.url = {}"), /url must be a text/],
  ["a url inside", returning("webhook.url = 'http://169.254.169.254/latest'"), /private or reserved/],
  ["headers", returning("webhook.headers = 5"), /headers must be an object/],
  ["a header within a header", returning("webhook.headers = { a: {} }"), /header a must be a text/],
  ["a header of ours", returning("webhook.headers['webhook-id'] = 'forged'"), /webhook-id is set by Webster/],
  ["a header that adds another", returning("webhook.headers.a = 'b\\r\\nc: d'"), /control characters/],
  ["a module", "async function handler(webhook) { await import('node:fs'); return webhook }", /could not load module/],
  ["prototypes turned around", "Object.prototype.toJSON = () => 'gotcha'; const handler = (webhook) => webhook", /no webhook|must/],
])("fails and says why: %s", async (_name, code, message) => {
  const made = await run(code);
  expect(made.kind).toBe("failed");
  expect(made.kind === "failed" ? made.message : "").toMatch(message);
});

test("code that doesn't come back to QuickJS is ended from outside, and the next run is fine", async () => {
  const startedMs = performance.now();
  expect(await run(returning("new Array(2 ** 28).join()"))).toMatchObject({ kind: "failed" });
  expect(performance.now() - startedMs).toBeLessThan(10_000);
  expect(await run(returning(""))).toMatchObject({ kind: "ready" });
});

test("nothing of Node, of the network or of another run is there", async () => {
  const names = ["process", "require", "fetch", "module", "global", "XMLHttpRequest", "WebAssembly", "std", "os", "setTimeout", "Buffer"];
  const code = returning(`webhook.payload = {
    there: ${JSON.stringify(names)}.filter((name) => typeof globalThis[name] !== "undefined"),
    left: globalThis.left, viaFunction: (() => {}).constructor("return typeof process")(), shown: webhook.headers };
    globalThis.left = "something"; Array.prototype.left = "more"`);
  for (let i = 0; i < 3; i++) {
    const made = await run(code);
    const payload = made.kind === "ready" ? made.payload.toString() : "";
    expect(JSON.parse(payload)).toEqual({ there: [], viaFunction: "undefined", shown: { "X-Own": "1" } });
  }
});

test("a run leaves nothing to the next, of the same code or another's", async () => {
  const leaving = `
    let count = 0; const kept = []; class Kept { static all = [] }
    globalThis.count = 0;
    async function handler(webhook) {
      const seen = [count, kept.length, Kept.all.length, globalThis.count, typeof late, "left" in {}, [].left, Math.left, handler.left, console.left, JSON.left,
        webhook.left, variables.left, Object.isFrozen(Array.prototype), /(x)/.test("x") && RegExp.$1, new WeakRef(seenOnce).deref() === seenOnce, Symbol.for("left").description];
      count++; kept.push("left"); Kept.all.push("left"); globalThis.count++;
      Object.prototype.left = Math.left = handler.left = console.left = JSON.left = variables.left = "left";
      Promise.resolve().then(() => new Promise(() => {})).then(() => { globalThis.late = 1; });
      (async () => { for (let i = 0; i < 3; i++) await null; globalThis.late = "late"; })();
      JSON.parse = JSON.stringify = Array.isArray = () => "left"; String.prototype.toString = () => "left"; Object.freeze(Array.prototype);
      const large = "left".repeat(20000); globalThis.large = [large, new Uint8Array(2e6).fill(7)];
      webhook.payload = { seen, filled: new Uint8Array(2e6).includes(7) };
      return webhook;
    }
    const seenOnce = {};`;
  const first = await run(leaving);
  const payload = first.kind === "ready" ? first.payload.toString() : String((first as { message?: string }).message);
  expect(payload).toMatch(/^left$|seen/);
  const looking =
    returning(`webhook.payload = { names: Object.getOwnPropertyNames(globalThis).filter((name) => /count|kept|late|large|seen/.test(name)),
    left: [({}).left, [].left, Math.left, console.left, JSON.left, variables.left], isArray: Array.isArray([]), text: String("x"), frozen: Object.isFrozen(Array.prototype),
    filled: new Uint8Array(4e6).includes(7), list: JSON.stringify([1]) }`);
  const nothing = {
    names: [],
    left: [null, null, null, null, null, null],
    isArray: true,
    text: "x",
    frozen: false,
    filled: false,
    list: "[1]",
  };
  for (let i = 0; i < 3; i++) {
    await run(leaving);
    const made = await run(looking);
    expect(made.kind === "ready" ? JSON.parse(made.payload.toString()) : made).toEqual(nothing);
  }
  // What it declares is as it was declared, in every run.
  const counting =
    "let n = 0; const all = []; function handler(webhook) { n++; all.push(n); webhook.payload = { n, all }; return webhook }";
  for (let i = 0; i < 3; i++) expect(await run(counting)).toMatchObject({ payload: Buffer.from('{"n":1,"all":[1]}') });
});

test("what fails in the middle leaves nothing either", async () => {
  const failures = [
    "for (;;);",
    "const all = []; for (;;) all.push(new Array(1e5).fill(1))",
    "throw 1",
    "(function deep() { return deep() + 1 })()",
  ];
  for (const failure of failures) {
    expect(await run(`globalThis.left = 1; ${returning(`Object.prototype.left = 1; ${failure}`)}`)).toMatchObject({ kind: "failed" });
    const made = await run(returning("webhook.payload = { left: typeof left, own: typeof ({}).left }"));
    expect(made).toMatchObject({ kind: "ready", payload: Buffer.from('{"left":"undefined","own":"undefined"}') });
  }
});

test("chance and the clock are new in each run, where the code reads them when it is read too", async () => {
  const code = `const random = Math.random(); const at = Date.now(); ${returning("webhook.payload = [random, Math.random(), at]")}`;
  const seen = new Set<number>();
  for (let i = 0; i < 3; i++) {
    const made = await run(code);
    const [random = 0, later = 0, at = 0] = made.kind === "ready" ? (JSON.parse(made.payload.toString()) as number[]) : [];
    seen.add(random).add(later);
    expect(Math.abs(at - Date.now())).toBeLessThan(60_000);
  }
  expect(seen.size).toBe(6);
  const said = `console.log("read"); ${returning("")}`;
  for (let i = 0; i < 2; i++) expect(await run(said)).toMatchObject({ logs: ["read"] });
  const times = new Set<number>();
  await until("another moment", async () => {
    const made = await run(`const at = Date.now(); ${returning("webhook.payload = { at }")}`);
    times.add(made.kind === "ready" ? (JSON.parse(made.payload.toString()) as { at: number }).at : 0);
    return times.size > 1;
  });
});

test("runs that share a turn each have their own answer, logs and limits, and leave nothing to each other", async () => {
  const code = returning(`
    const { n } = webhook.payload;
    console.log(n);
    // The turn is over after it, and those behind it have another.
    if (n === 7) for (const end = Date.now() + 30; Date.now() < end; );
    if (n === 39) for (;;);
    if (n % 20 === 8) throw new Error("no " + n);
    if (n % 20 === 9) webhook.cancel = true;
    webhook.payload.seen = typeof left + typeof ({}).left;
    globalThis.left = Object.prototype.left = n`);
  await run(code, { payload: Buffer.from('{"n":0}') });
  const made = await Promise.all(Array.from({ length: 40 }, (_, n) => run(code, { payload: Buffer.from(`{"n":${n}}`) })));
  const failed: object = { kind: "failed", message: expect.stringMatching(/500 ms|too long|^Error: no \d+ \(line \d+\)$/) };
  const expected = (n: number): object => {
    if (n === 39) return failed;
    if (n % 20 === 8) return { ...failed, logs: [String(n)] };
    if (n % 20 === 9) return { kind: "cancelled", logs: [String(n)] };
    return { kind: "ready", payload: Buffer.from(`{"n":${n},"seen":"undefinedundefined"}`), logs: [String(n)] };
  };
  for (const [n, one] of made.entries()) expect(one).toMatchObject(expected(n));
});

test("of runs that share a turn only the one fails that ends its process", async () => {
  const code = returning("if (webhook.payload.n === 29) new Array(2 ** 28).join(); webhook.payload.ok = true");
  await run(code, { payload: Buffer.from('{"n":0}') });
  const made = await Promise.all(Array.from({ length: 30 }, (_, n) => run(code, { payload: Buffer.from(`{"n":${n}}`) })));
  expect(made.flatMap(({ kind }, n) => (kind === "ready" ? [] : [`${kind} ${n}`]))).toEqual(["failed 29"]);
  expect(made[28]).toMatchObject({ payload: Buffer.from('{"n":28,"ok":true}') });
});

test("lines of console.log are limited in number and length", async () => {
  const made = await run(returning("for (let i = 0; i < 120; i++) console.log('x'.repeat(5000))"));
  const logs = made.kind === "ready" ? made.logs : [];
  expect(logs).toHaveLength(100);
  expect(logs[0]).toHaveLength(1_001);
});

test("limits hold for code that replaces what texts are cut and joined with", async () => {
  const replaced = "String.prototype.slice = () => 'x'.repeat(50000); Array.prototype.join = () => 'y'.repeat(50000);";
  const made = await run(`${replaced} ${returning("console.log('z'.repeat(5000)); console.log('z')")}`);
  expect(made.kind === "ready" && made.logs.map(({ length }) => length)).toEqual([1001, 1001]);
  const thrown = await run(`${replaced}\n${returning("throw new Error('z'.repeat(5000))")}`);
  expect(thrown).toMatchObject({ kind: "failed", message: expect.stringMatching(/^.{1021}$/) });
});

test("headers count too, whatever becomes of the payload", async () => {
  const large = "webhook.headers = { a: 'x'.repeat(1_100_000) };";
  for (const change of ["", "webhook.payload.amount = 3", "webhook.payload = 'text'"])
    expect(await run(returning(`${large} ${change}`))).toMatchObject({
      kind: "failed",
      message: expect.stringMatching(/larger than 1048576/),
    });
});

test("an application whose code takes all its time leaves a process to the others, however many endpoints it has", async () => {
  let greedy = 24;
  const slow = Array.from({ length: greedy }, (_, n) =>
    run(returning("for (;;);"), { whose: { tenant: "app_1", owner: `ep_1_${n}` } }).finally(() => greedy--),
  );
  const quick = await run(returning(""), { whose: { tenant: "app_2", owner: "ep_2" } });
  expect(quick.kind).toBe("ready");
  expect(greedy).toBeGreaterThan(12);
  closeSandbox();
  const results = await Promise.all(slow);
  expect(results.every(({ kind }) => kind === "failed" || kind === "unavailable")).toBe(true);
});

test("one application's runs don't fill the line of all", async () => {
  const all = Array.from({ length: 300 }, () => run(returning("for (;;);")));
  const other = run(returning(""), { whose: { tenant: "app_2", owner: "ep_2" } });
  expect((await Promise.all(all.slice(251))).every(({ kind }) => kind === "unavailable")).toBe(true);
  expect((await other).kind).toBe("ready");
  closeSandbox();
  await Promise.all(all);
});

const processes = (): Promise<number[]> =>
  until("its processes", () => {
    const found = execFileSync("ps", ["-o", "pid=,args=", "--ppid", String(process.pid)], { encoding: "utf8" })
      .split("\n")
      .filter((line) => line.includes("sandbox/child.mjs"));
    return found.length > 0 && found.map((line) => Number.parseInt(line, 10));
  });

test("a process killed while it runs fails that run alone", async () => {
  // With a process that has begun to start, and is killed before it can, those that wait would end too.
  closeSandbox();
  expect(await run(returning(""))).toMatchObject({ kind: "ready" });
  const pending = run(returning("for (;;);"));
  for (const pid of await processes()) process.kill(pid, "SIGKILL");
  expect(await pending).toMatchObject({ kind: "failed" });
  expect((await run(returning(""))).kind).toBe("ready");
});

test.runIf(process.platform === "linux")("a run is not ended because others have the processor", async () => {
  await run(returning(""));
  const stopped = await processes();
  standTime();
  try {
    for (const pid of stopped) process.kill(pid, "SIGSTOP");
    const pending = run(returning("webhook.payload = 'late'"));
    await new Promise((resolve) => soon(() => soon(resolve)));
    pass(5_000);
    for (const pid of stopped) process.kill(pid, "SIGCONT");
    expect(await pending).toMatchObject({ kind: "ready", payload: Buffer.from("late") });
  } finally {
    releaseTime();
  }
});

test("code is checked without being given a webhook", async () => {
  expect(await faultOfCode({ tenant: "app_1", owner: "ep_1" }, "const handler = (webhook) => webhook.payload.a.b")).toBeNull();
  expect(await faultOfCode({ tenant: "app_1", owner: "ep_1" }, "const handler = ")).toMatchObject({
    message: expect.stringContaining("SyntaxError") as string,
  });
  expect(await faultOfCode({ tenant: "app_1", owner: "ep_1" }, "let x")).toMatchObject({
    message: "The code declares no function named handler",
  });
  expect(
    await runCode({ whose: { tenant: "app_1", owner: "ep_1" }, code: "const handler = 5", input: null, payload: "", maxOutputLength: 0 }),
  ).toMatchObject({
    kind: "failed",
  });
});
