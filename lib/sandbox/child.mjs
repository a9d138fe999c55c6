/**
 * Runs people's JavaScript, one run at a time, in QuickJS inside WebAssembly inside this process, which has no
 * environment, no files and no children of its own, and is killed when it takes too long. Plain JavaScript, because it
 * starts without our loader. Spoken to by child.ts: a Job in, an Answer out.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import variant from "@jitl/quickjs-wasmfile-release-sync";
import { newQuickJSWASMModuleFromVariant, newVariant } from "quickjs-emscripten-core";
import { prelude } from "./prelude.mjs";

const pageBytes = 65_536;
/** The wall around QuickJS's own memory limit. */
const maximumPages = (160 * 1024 * 1024) / pageBytes;
const guestBytes = 64 * 1024 * 1024;
const guestStackBytes = 256 * 1024;
const fileName = "transformation.js";

const wasmPath = createRequire(import.meta.url).resolve("@jitl/quickjs-wasmfile-release-sync/wasm");
const wasmModule = await WebAssembly.compile(readFileSync(wasmPath));

function newInstance() {
  const wasmMemory = new WebAssembly.Memory({ initial: (16 * 1024 * 1024) / pageBytes, maximum: maximumPages });
  return newQuickJSWASMModuleFromVariant(newVariant(variant, { wasmModule, wasmMemory }));
}

/** One for each run, made ahead: what code leaves in its memory, no other code ever meets. */
let next = newInstance();
// The first run pays for compiling; it should not be somebody's.
run(await next, { code: "function handler(w) { return w }", input: "{}", payload: "{}", timeMs: 10_000 }, []);
next = newInstance();

process.on("message", (job) => void answer(job));
// Ctrl-C reaches us too, and deliveries are drained after it: we end when our parent does.
process.on("SIGINT", () => undefined);
process.on("SIGTERM", () => undefined);
process.on("disconnect", () => process.exit(0));
process.send({ ready: true });

async function answer(job) {
  const logs = [];
  const quickJs = await next;
  const startedMs = performance.now();
  let result;
  try {
    result = run(quickJs, job, logs);
  } catch (error) {
    // WebAssembly itself gave up, on its stack or its memory.
    result = { kind: "failed", reason: "threw", message: hostFault(error) };
  }
  process.send({ id: job.id, logs, durationMs: performance.now() - startedMs, ...result });
  next = newInstance();
}

function hostFault(error) {
  return error instanceof RangeError ? "It recursed too deeply, or needed too much memory" : "It broke the engine that runs it";
}

/** Of this process: time that others have the processor is not held against anybody's code. */
function cpuMs() {
  return process.cpuUsage().user / 1000;
}

function run(quickJs, job, logs) {
  const runtime = quickJs.newRuntime();
  runtime.setMemoryLimit(guestBytes);
  runtime.setMaxStackSize(guestStackBytes);
  const context = runtime.newContext();
  const say = context.newFunction("say", (text) => {
    if (logs.length < job.maxLogs) logs.push(context.getString(text));
  });
  const guest = { context, runtime, job, prelude: context.unwrapResult(context.evalCode(prelude, "prelude.js")) };
  const install = context.getProp(guest.prelude, "install");
  context.unwrapResult(context.callFunction(install, context.undefined, say, context.newNumber(job.maxLogLength)));
  let timedOut = false;
  let deadlineMs = cpuMs() + job.timeMs;
  runtime.setInterruptHandler(() => {
    // Asked twice, the clock might say no and then yes.
    const isOver = cpuMs() > deadlineMs;
    timedOut ||= isOver;
    return isOver;
  });
  const outcome = transform(guest);
  if (outcome.kind === "done" || outcome.kind === "checked") return outcome;
  // An interrupted promise just stays unsettled: whatever it looks like, time is what ended it.
  if (timedOut) return { kind: "failed", reason: "time", message: `It ran longer than ${job.timeMs} ms` };
  if (outcome.kind !== "threw") return outcome;
  // Telling what was thrown may run the code's own getters.
  deadlineMs = cpuMs() + 50;
  return { kind: "failed", ...describe(guest, outcome.thrown) };
}

/** `threw` comes with what was thrown; the rest is an answer. */
function transform({ context, runtime, job, prelude: tools }) {
  const evaluated = context.evalCode(job.code, fileName, { type: "global" });
  if (evaluated.error) return { kind: "threw", thrown: evaluated.error };
  const found = context.evalCode("typeof handler === 'function' ? handler : undefined", "prelude.js");
  if (found.error) return { kind: "threw", thrown: found.error };
  if (context.typeof(found.value) !== "function")
    return { kind: "failed", reason: "threw", message: "The code declares no function named handler" };
  if (job.input === null) return { kind: "checked" };
  const call = (name, ...handles) => context.callFunction(context.getProp(tools, name), context.undefined, ...handles);
  const input = call("read", context.newString(job.input), context.newString(job.payload));
  if (input.error) return { kind: "threw", thrown: input.error };
  const called = context.callFunction(found.value, context.undefined, input.value);
  if (called.error) return { kind: "threw", thrown: called.error };
  const settled = settle(context, runtime, called.value);
  if (settled.kind !== "value") return settled;
  const shown = call("write", settled.value);
  if (shown.error) return { kind: "threw", thrown: shown.error };
  const part = (name) => context.getProp(shown.value, name);
  const payloadKind = context.getString(part("payloadKind"));
  const payload = part("payload");
  const length = context.getNumber(part("length"));
  if (length > job.maxOutputLength)
    return { kind: "failed", reason: "output", message: `What it made is larger than ${job.maxOutputLength} bytes` };
  return {
    kind: "done",
    request: context.getString(part("request")),
    payloadKind,
    payload: payloadKind === "same" ? null : context.getString(payload),
  };
}

function settle(context, runtime, value) {
  const first = context.getPromiseState(value);
  if (first.type === "fulfilled" && first.notAPromise) return { kind: "value", value };
  const jobs = runtime.executePendingJobs();
  if (jobs.error) return { kind: "threw", thrown: jobs.error };
  const state = context.getPromiseState(value);
  if (state.type === "rejected") return { kind: "threw", thrown: state.error };
  if (state.type === "fulfilled") return { kind: "value", value: state.value };
  return { kind: "failed", reason: "threw", message: "The handler's promise is never settled" };
}

function describe({ context, prelude: tools }, thrown) {
  const told = context.callFunction(context.getProp(tools, "describe"), context.undefined, thrown);
  const message = told.error ? "It threw something that can't be shown" : context.getString(told.value);
  const isMemory = message.startsWith("InternalError: out of memory");
  return isMemory ? { reason: "memory", message: "It needed more than 64 MB of memory" } : { reason: "threw", message };
}
