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
  const cut = (value, length) => (value.length > length ? value.slice(0, length) + "…" : value);
  let before = null;

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
    install(say, maxLength) {
      const line = (...values) => say(cut(values.map((value) => { try { return show(value); } catch { return "[not shown]"; } }).join(" "), maxLength));
      globalThis.console = { log: line, info: line, warn: line, error: line, debug: line };
    },
    read(request, payload) {
      const { variables, ...webhook } = parse(request);
      globalThis.variables = variables;
      const value = objectOr(payload);
      webhook.payload = value;
      before = typeof value === "string" ? value : stringify(value);
      return webhook;
    },
    write(webhook) {
      if (typeof webhook !== "object" || webhook === null || isArray(webhook))
        throw new TypeError("The handler must return the webhook, and returned " + (webhook === null ? "null" : isArray(webhook) ? "an array" : typeof webhook));
      const { method, url, headers, eventType, cancel, payload } = webhook;
      const request = stringify({ method, url, headers, eventType, cancel: Boolean(cancel) });
      if (cancel) return { request, payloadKind: "same", payload: "", length: request.length };
      const isText = typeof payload === "string";
      const after = isText ? payload : stringify(payload);
      if (after === undefined) throw new TypeError("The webhook's payload is missing");
      // Bytes that were not meant to change must not: big numbers, duplicate keys and the like would.
      const payloadKind = after === before ? "same" : isText ? "text" : "json";
      return { request, payloadKind, payload: after, length: request.length + after.length };
    },
    describe(thrown) {
      const line = /transformation\\.js:(\\d+)/.exec(thrown instanceof isError ? text(thrown.stack) : "");
      return cut(show(thrown), 1000) + (line === null ? "" : " (line " + line[1] + ")");
    },
  };
})()`;
