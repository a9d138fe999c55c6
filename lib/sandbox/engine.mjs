/**
 * QuickJS in WebAssembly whose memory is put back before each run: to what it was before any code of others, or right after one
 * piece of code had been read. Bytes are all the state that it has, so no run meets what another has left, and none pays for
 * making an engine or for reading code that was read before.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import variant from "@jitl/quickjs-wasmfile-release-sync";
import { newQuickJSWASMModuleFromVariant, newVariant } from "quickjs-emscripten-core";
import { prelude } from "./prelude.mjs";

const pageBytes = 65_536;
/** WebAssembly's memory at first, and at most: a wall around QuickJS's own memory limit. */
const pages = { initial: (16 * 1024 * 1024) / pageBytes, maximum: (160 * 1024 * 1024) / pageBytes };
const guestBytes = 64 * 1024 * 1024;
const guestStackBytes = 256 * 1024;
/** From below, memory holds the program's own values, a stack of 5 MB that grows downward, and the heap. */
const valueBytes = 2 * pageBytes;
/** The part of the stack that runs may use: QuickJS keeps to its own limit, and a little more is used by what it calls. */
const stackBytes = 8 * pageBytes;

/** The functions of the prelude that runs call. */
const toolNames = ["read", "traceFrom", "give", "write", "describe"];
const fileName = "transformation.js";
/** How many pieces of code are kept as they are once read. */
const maximumRead = 8;

const wasmPath = createRequire(import.meta.url).resolve("@jitl/quickjs-wasmfile-release-sync/wasm");
const wasmModule = await WebAssembly.compile(readFileSync(wasmPath));
const emptyPage = Buffer.alloc(pageBytes);

/** How often this process has looked at the clock: code that does so while it is read must be read anew each time. */
let looksAtClock = 0;
for (const clock of [Date, performance]) {
  const now = clock.now.bind(clock);
  clock.now = () => {
    looksAtClock++;
    return now();
  };
}

/** Where the end of the heap stands in memory, the same in each instance. */
const heapEndAt = await findHeapEnd();

export async function newEngine() {
  const { quickJs, memory } = await instantiate();
  return new Engine(quickJs, memory);
}

class Engine {
  #memory;
  #heapStart;
  #fresh;
  /** What memory was once a piece of code had been read, and where its handler is, by its text. */
  #read = new Map();
  #say = () => undefined;
  #isOver = () => false;
  /** How often the code has called out of the engine. */
  #calls = 0;

  constructor(quickJs, memory) {
    this.#memory = memory;
    this.#heapStart = heapEndOf(memory);
    this.runtime = quickJs.newRuntime();
    this.runtime.setMemoryLimit(guestBytes);
    this.runtime.setMaxStackSize(guestStackBytes);
    this.runtime.setInterruptHandler(() => this.#isOver());
    const context = this.runtime.newContext();
    this.context = context;
    const say = context.newFunction("say", (text) => {
      this.#calls++;
      this.#say(context.getString(text));
    });
    // The engine's own numbers would be the same ones in each run.
    const random = context.newFunction("random", () => {
      this.#calls++;
      return context.newNumber(Math.random());
    });
    const tools = context.unwrapResult(context.evalCode(prelude, "prelude.js"));
    context.unwrapResult(context.callFunction(context.getProp(tools, "install"), context.undefined, say, random));
    // What is found before the photograph is at the same place in each run.
    this.tools = Object.fromEntries(toolNames.map((name) => [name, context.getProp(tools, name)]));
    this.#fresh = this.#photograph();
  }

  /** `say` takes the texts that the code logs; `isOver` says when its time is. */
  begin({ say, isOver }) {
    this.#say = say;
    this.#isOver = isOver;
  }

  /** Puts the memory back and reads code. The value is its handler, or undefined; what it throws is in `error`. */
  read(code) {
    const known = this.#read.get(code);
    if (known !== undefined) {
      this.#restore(known.memory);
      return { value: known.handler };
    }
    this.#restore(this.#fresh);
    const looksBefore = looksAtClock;
    this.#calls = 0;
    const { error } = this.context.evalCode(code, fileName, { type: "global" });
    if (error !== undefined) return { error };
    const found = this.context.evalCode("typeof handler === 'function' ? handler : undefined", "prelude.js");
    if (found.error !== undefined) return found;
    // What comes out of reading is the same each time, unless it depends on the moment, on chance, or says something.
    if (looksAtClock === looksBefore && this.#calls === 0 && this.isUsable) {
      if (this.#read.size >= maximumRead) this.#read.delete(this.#read.keys().next().value);
      this.#read.set(code, { memory: this.#photograph(), handler: found.value });
    }
    return found;
  }

  /** Whether all that a run has written is put back before the next. If not, the engine is used up. */
  get isUsable() {
    const isGrown = this.#memory.buffer.byteLength !== pages.initial * pageBytes;
    return !isGrown && Buffer.from(this.#memory.buffer, this.#stackStart - pageBytes, pageBytes).equals(emptyPage);
  }

  get #stackStart() {
    return this.#heapStart - stackBytes;
  }

  #photograph() {
    const { buffer } = this.#memory;
    return { values: buffer.slice(0, valueBytes), rest: buffer.slice(this.#stackStart, heapEndOf(this.#memory)) };
  }

  #restore({ values, rest }) {
    const bytes = new Uint8Array(this.#memory.buffer);
    const end = heapEndOf(this.#memory);
    bytes.set(new Uint8Array(values), 0);
    bytes.set(new Uint8Array(rest), this.#stackStart);
    bytes.fill(0, this.#stackStart + rest.byteLength, Math.max(end, this.#stackStart + rest.byteLength));
  }
}

async function instantiate() {
  const memory = new WebAssembly.Memory(pages);
  return { memory, quickJs: await newQuickJSWASMModuleFromVariant(newVariant(variant, { wasmModule, wasmMemory: memory })) };
}

const heapEndOf = (memory) => new Uint32Array(memory.buffer, heapEndAt, 1)[0];

/**
 * Finds the word that tells the heap's end: of those among the program's values that follow the heap as it grows, the greatest.
 * Throws if there is none; then the engine is another than this file knows.
 */
async function findHeapEnd() {
  const { quickJs, memory } = await instantiate();
  const context = quickJs.newContext();
  const values = () => new Uint32Array(memory.buffer.slice(0, valueBytes));
  const seen = [values()];
  const grownBytes = 1024 * 1024;
  for (let i = 0; i < 2; i++) {
    context.newString("x".repeat(grownBytes));
    seen.push(values());
  }
  const [first, second, third] = seen;
  const follows = (at) =>
    second[at] - first[at] >= grownBytes && third[at] - second[at] >= grownBytes && third[at] <= memory.buffer.byteLength;
  const found = [...first.keys()].filter(follows).sort((a, b) => third[b] - third[a])[0];
  if (found === undefined || first[found] < valueBytes + stackBytes) throw new Error("The end of QuickJS's heap was not found");
  return found * Uint32Array.BYTES_PER_ELEMENT;
}
