/** The longest line of console.log. */
export const maxLogLength = 1_000;

/**
 * Writes JSON as JSON.stringify does, and tells which of the objects and lists that came each one is. `positive` and
 * `negative`: what stands for infinite numbers, which JSON has none of.
 */
const tracing = `(() => {
  const { stringify } = JSON;
  const { isArray } = Array;
  const { defineProperty, keys } = Object;
  const { apply } = Reflect;
  const tagOf = Object.prototype.toString;
  const Numbers = Map;
  const { get, set } = Map.prototype;
  const boxed = ["[object Number]", "[object String]", "[object Boolean]"];
  // Its own, so that nobody can put another in its place.
  defineProperty(boxed, "includes", { value: boxed.includes });

  return (given, positive, negative, isTraced) => {
  const numbers = new Numbers();

  // In the order in which faithful.mjs gives them.
  const left = isTraced ? [given] : [];
  for (let count = 0; left.length > 0; count++) {
    const container = left[left.length - 1];
    left.length--;
    apply(set, numbers, [container, count]);
    const names = isArray(container) ? null : keys(container);
    const { length } = names ?? container;
    for (let i = 0; i < length; i++) {
      const inner = container[names === null ? i : names[i]];
      if (typeof inner === "object" && inner !== null) defineProperty(left, left.length, { value: inner, writable: true, configurable: true });
    }
  }

  return (value) => {
    let origins = "";
    const json = stringify(value, (_name, inner) => {
      if (typeof inner === "number") return inner === Infinity ? positive : inner === -Infinity ? negative : inner;
      if (typeof inner !== "object" || inner === null) return inner;
      const known = apply(get, numbers, [inner]);
      if (known !== undefined) origins += known + " ";
      // A boxed number is written as a number.
      else if (isArray(inner) || !boxed.includes(apply(tagOf, inner, []))) origins += "-1 ";
      return inner;
    });
    return { json, origins };
  };
  };
})()`;

/**
 * What stands around people's code inside QuickJS. It holds on to the functions that it needs before that code can
 * replace them; whoever tricks it all the same changes nothing but his own output.
 */
export const prelude = `(() => {
  "use strict";
  const { parse, stringify } = JSON;
  const text = String;
  const isError = Error;
  const { isArray } = Array;
  // Texts cross the engine's border as C strings, which end at the first NUL: those that may hold one cross as JSON.
  const quote = (value) => stringify(value);
  const cut = (value, length) => (value.length > length ? value.slice(0, length) + "…" : value);
  const tracing = ${tracing};
  const maxLogLength = ${maxLogLength};
  let input = null;
  let before = null;
  let trace = null;

  function show(value) {
    if (typeof value === "string") return value;
    if (value instanceof isError) return text(value.name) + ": " + text(value.message);
    if (typeof value === "object" && value !== null) {
      const json = stringify(value);
      return json === undefined ? text(value) : json;
    }
    return text(value);
  }

  // What is no JSON object or list is a text to the code.
  function objectOr(payload) {
    try {
      const parsed = parse(payload);
      return typeof parsed === "object" && parsed !== null ? parsed : payload;
    } catch {
      return payload;
    }
  }

  return {
    install(say, random) {
      const line = (...values) => say(quote(cut(values.map((value) => { try { return show(value); } catch { return "[not shown]"; } }).join(" "), maxLogLength)));
      globalThis.console = { log: line, info: line, warn: line, error: line, debug: line };
      Object.defineProperty(Math, "random", { value: random, writable: true, enumerable: false, configurable: true });
    },
    // What is returned JSON.stringify would not write as it came.
    read(request, given, isQuoted) {
      const payload = isQuoted ? parse(given) : given;
      input = parse(request);
      const value = (input.payload = objectOr(payload));
      before = typeof value === "string" ? value : stringify(value);
      return before === payload ? undefined : value;
    },
    traceFrom(given, positive, negative, isTraced) {
      trace = tracing(given, positive, negative, isTraced);
    },
    give() {
      const { variables, ...given } = input;
      globalThis.variables = variables;
      return given;
    },
    write(webhook) {
      if (typeof webhook !== "object" || webhook === null || isArray(webhook))
        throw new TypeError("The handler must return the webhook, and returned " + (webhook === null ? "null" : isArray(webhook) ? "an array" : typeof webhook));
      const { method, url, headers, eventType, cancel, payload, payloadEncoding = null } = webhook;
      const request = stringify({ method, url, headers, eventType, cancel: Boolean(cancel), payloadEncoding });
      if (cancel) return { request, payloadKind: "same", payload: "", length: request.length };
      const isText = typeof payload === "string";
      const { json: after, origins } = isText || trace === null ? { json: isText ? payload : stringify(payload), origins: "" } : trace(payload);
      if (after === undefined) throw new TypeError("The webhook's payload is missing");
      // Bytes that were not meant to change must not: white space would.
      const isSame = after === before && trace === null && (!isText || payloadEncoding === input.payloadEncoding);
      const bytes = isSame ? 0 : isText && payloadEncoding !== null ? after.length * 0.75 - 2 : after.length;
      const length = bytes > request.length ? bytes : request.length;
      return { request, payloadKind: isSame ? "same" : isText ? "text" : "json", payload: isText && !isSame ? quote(after) : after, origins, length };
    },
    describe(thrown) {
      const line = /transformation\\.js:(\\d+)/.exec(thrown instanceof isError ? text(thrown.stack) : "");
      return quote(cut(show(thrown), 1000) + (line === null ? "" : " (line " + line[1] + ")"));
    },
  };
})()`;
