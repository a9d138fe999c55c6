/**
 * Runs people's JavaScript, one run at a time, in QuickJS inside WebAssembly inside this process, which has no
 * environment, no files and no children of its own, and is killed when it takes too long. Plain JavaScript, because the
 * process starts without a TypeScript loader. child.ts talks to it: a Batch in, Answers out.
 */
import { newEngine } from "./engine.mjs";
import { openSource, TooLong } from "./faithful.mjs";
import { maxLogLength } from "./prelude.mjs";

/** The longest text told of what was thrown, with its line. */
const maxMessageLength = 1_020;

/** No run begins once its batch has taken so long, or has been answered at such length. */
const turnMs = 20;
const turnLength = 1024 * 1024;

/** What ends a run in the middle of something: no engine is used after it. */
const brokenOff = new Set(["time", "memory"]);

/** The engine of the next run. One that can't be put back to what it was is replaced. */
let engine = newEngine();
// The first run pays for compiling: it is this one, so that no user's is slow.
await answerTo({ code: "function handler(w) { return w }", input: "{}", payload: "{}", timeMs: 10_000, maxLogs: 0 });

process.on("message", (batch) => void answerAll(batch).then((answers) => process.send(answers)));
// Ctrl-C reaches this process too, but the parent drains deliveries after it: this process ends with its parent.
process.on("SIGINT", () => undefined);
process.on("SIGTERM", () => undefined);
process.on("disconnect", () => process.exit(0));
process.send({ ready: true });

/** Runs a batch, one after the other, until its turn is over; what it did not come to, nobody has begun. */
async function answerAll({ webhooks, ...shared }) {
  const untilMs = performance.now() + turnMs;
  const answers = [];
  let length = 0;
  for (const webhook of webhooks) {
    const answer = await answerTo({ ...shared, ...webhook });
    answers.push(answer);
    length += answer.logs.reduce((sum, line) => sum + line.length, (answer.payload?.length ?? 0) + (answer.request?.length ?? 0));
    if (performance.now() >= untilMs || length >= turnLength) break;
  }
  return answers;
}

async function answerTo(program) {
  const logs = [];
  const current = await engine;
  const startedMs = performance.now();
  let result;
  let isBroken = false;
  try {
    result = run(current, program, logs);
  } catch (error) {
    // WebAssembly itself gave up, on its stack or its memory.
    result = threw(hostFault(error));
    isBroken = true;
  }
  const durationMs = performance.now() - startedMs;
  if (isBroken || brokenOff.has(result.reason) || !current.isUsable) engine = newEngine();
  return { logs, durationMs, ...result };
}

/** Cuts a text, though the prelude has cut it already: the code may have replaced what that uses. One character more tells that it was cut. */
const within = (length, text) => text.slice(0, length + 1);

function hostFault(error) {
  return error instanceof RangeError ? "It recursed too deeply, or needed too much memory" : "It broke the engine that runs it";
}

/** This process's CPU time: while others have the processor, nothing is held against the code. */
function cpuMs() {
  return process.cpuUsage().user / 1000;
}

function run(engine, program, logs) {
  const { context, runtime, tools } = engine;
  let timedOut = false;
  let deadlineMs = cpuMs() + program.timeMs;
  engine.begin({
    say: (text) => {
      if (logs.length < program.maxLogs) logs.push(within(maxLogLength, told(text)));
    },
    isOver: () => {
      // The clock is read once: two readings might say no and then yes.
      const isOver = cpuMs() > deadlineMs;
      timedOut ||= isOver;
      return isOver;
    },
  });
  const guest = { engine, context, runtime, program, tools };
  let thrown;
  try {
    const outcome = transform(guest, (moreMs) => void (deadlineMs += moreMs));
    // An interrupted promise just stays unsettled: whatever the outcome looks like, time is what ended the run.
    if (!timedOut || outcome.kind === "done" || outcome.kind === "checked") return outcome;
  } catch (error) {
    if (!(error instanceof Thrown)) throw error;
    thrown = error.value;
  }
  if (timedOut) return { kind: "failed", reason: "time", message: `It ran longer than ${program.timeMs} ms` };
  // Telling what was thrown may run the code's own getters.
  deadlineMs = cpuMs() + 50;
  return { kind: "failed", ...describe(guest, thrown) };
}

/** What the code has thrown, or the engine while it worked for this program. */
class Thrown extends Error {
  constructor(value) {
    super();
    this.value = value;
  }
}

function valueOf(result) {
  if (result.error) throw new Thrown(result.error);
  return result.value;
}

/** Runs a program; the answer lacks what is added for every run. `allow`: gives the run so many milliseconds more. Throws Thrown. */
function transform({ engine, context, runtime, program, tools }, allow) {
  const call = (name, ...handles) => valueOf(context.callFunction(tools[name], context.undefined, ...handles));
  const handler = valueOf(engine.read(program.code));
  const source = program.input === null ? null : readSource(context, program, call, allow);
  if (context.typeof(handler) !== "function") return threw("The code declares no function named handler");
  if (program.input === null) return { kind: "checked" };
  const settled = settle(context, runtime, valueOf(context.callFunction(handler, context.undefined, call("give"))));
  if (settled === null) return threw("The handler's promise is never settled");
  const shown = call("write", settled);
  const part = (name) => context.getProp(shown, name);
  const payloadKind = context.getString(part("payloadKind"));
  const request = context.getString(part("request"));
  // JSON that will be written anew is measured when it is written.
  const isRewritten = source !== null && payloadKind === "json";
  const isTooLarge = !isRewritten && context.getNumber(part("length")) > program.maxOutputLength;
  if (isTooLarge || request.length > program.maxOutputLength) return tooLarge(program);
  if (payloadKind === "same") return { kind: "done", request, payloadKind, payload: null };
  const payload = context.getString(part("payload"));
  if (payloadKind === "text") return { kind: "done", request, payloadKind, payload: JSON.parse(payload) };
  if (!isRewritten) return { kind: "done", request, payloadKind, payload };
  const origins = context.getString(part("origins")).split(" ").slice(0, -1);
  try {
    const rewritten = source.rewrite(payload, origins.map(Number), program.maxOutputLength);
    return { kind: "done", request, payloadKind: rewritten === null ? "same" : payloadKind, payload: rewritten };
  } catch (error) {
    if (error instanceof TooLong) return tooLarge(program);
    throw error;
  }
}

/** Gives the engine the webhook. Null: JSON.stringify writes the payload's values as they came, so there is no source to keep. */
function readSource(context, { input, payload }, call, allow) {
  const isQuoted = payload.includes("\0");
  const given = context.newString(isQuoted ? JSON.stringify(payload) : payload);
  const read = call("read", context.newString(input), given, isQuoted ? context.true : context.false);
  const source = context.typeof(read) === "undefined" ? null : openSource(payload);
  if (source === null || !(source.isTraced || source.hasInfinite)) return source;
  const beganMs = cpuMs();
  const { positive, negative } = source.infinite;
  call("traceFrom", read, context.newString(positive), context.newString(negative), source.isTraced ? context.true : context.false);
  // Finding the payload's tokens, now and once more at the end, is not the code's time: it gets both back.
  allow(2 * (cpuMs() - beganMs));
  return source;
}

/** A text that the prelude has quoted, for people; a NUL as its picture, because PostgreSQL's text can't hold one. */
const told = (quoted) => JSON.parse(quoted).replaceAll("\0", "\u2400");

const threw = (message) => ({ kind: "failed", reason: "threw", message });

const tooLarge = ({ maxOutputLength }) => ({
  kind: "failed",
  reason: "output",
  message: `What it made is larger than ${maxOutputLength} bytes`,
});

/** Waits for the code's promise. Null: nothing will settle it. */
function settle(context, runtime, value) {
  const first = context.getPromiseState(value);
  if (first.type === "fulfilled" && first.notAPromise) return value;
  const pending = runtime.executePendingJobs();
  if (pending.error) throw new Thrown(pending.error);
  const state = context.getPromiseState(value);
  if (state.type === "rejected") throw new Thrown(state.error);
  return state.type === "fulfilled" ? state.value : null;
}

function describe({ context, tools }, thrown) {
  const shown = context.callFunction(tools.describe, context.undefined, thrown);
  const message = shown.error ? "It threw something that can't be shown" : within(maxMessageLength, told(context.getString(shown.value)));
  const isMemory = message.startsWith("InternalError: out of memory");
  return isMemory ? { reason: "memory", message: "It needed more than 64 MB of memory" } : { reason: "threw", message };
}
