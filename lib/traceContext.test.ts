import { expect, test } from "vitest";
import { packTraceContext, readTraceContext, traceHeadersOf, unpackTraceContext } from "./traceContext.ts";

const [trace, span] = ["0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"];

test.each([
  // The examples of W3C Trace Context, sections 3.2.2 and 3.2.4.
  [`00-${trace}-${span}-01`, true],
  [`00-${trace}-${span}-00`, false],
  [`00-${trace}-${span}-03`, true],
  [`cc-${trace}-${span}-01-what-the-future-will-be-like`, true],
  [`cc-${trace}-${span}-01`, true],
  [` 00-${trace}-${span}-01 `, true],
])("%s is taken", (text, sampled) => {
  expect(readTraceContext(text, undefined)).toEqual({ traceId: trace, spanId: span, sampled, state: "" });
});

test.each([
  "",
  "00",
  `ff-${trace}-${span}-01`,
  `00-${trace}-${span}-01-more`,
  `cc-${trace}-${span}-01.more`,
  `00-${trace.toUpperCase()}-${span}-01`,
  `00-${"0".repeat(32)}-${span}-01`,
  `00-${trace}-${"0".repeat(16)}-01`,
  `00-${trace}-${span}-0`,
  `00-${trace}-${span}-zz`,
  `00-${trace}-${span}-01, 00-${trace}-${span}-01`,
  `00-${trace}-${span}-01\n`.repeat(2),
])("%j is none", (text) => {
  expect(readTraceContext(text, "a=1")).toBeNull();
});

test("what is kept is what came, in 25 bytes and those of the state; a state that is not valid is left out", () => {
  const parent = `00-${trace}-${span}-01`;
  const bare = readTraceContext(parent, undefined);
  const said = readTraceContext(parent, "rojo=00f067aa0ba902b7, congo=t61rcWkgMzE");
  if (bare === null || said === null) throw new Error("It is valid");
  expect(packTraceContext(bare)).toHaveLength(25);
  for (const one of [bare, said]) expect(unpackTraceContext(packTraceContext(one))).toEqual(one);
  expect(traceHeadersOf(said)).toEqual(["traceparent", parent, "tracestate", "rojo=00f067aa0ba902b7, congo=t61rcWkgMzE"]);
  for (const state of ["a=ü", "a=1\r\nx: y", `a=${"b".repeat(600)}`]) expect(readTraceContext(parent, state)).toEqual(bare);
  expect([unpackTraceContext(null), unpackTraceContext(Buffer.alloc(3))]).toEqual([null, null]);
});
