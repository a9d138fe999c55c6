import { afterEach, expect, it } from "vitest";
import type { NewMessage } from "../../db/sql/hot/accept.ts";
import { type Attributes, setTracing } from "../../tracing.ts";
import { storeAllTraced, storeTraced } from "./tracedStore.ts";

afterEach(() => setTracing(null));

/** What each span that was begun has ended with; null: it has not. */
function spans(): (Attributes | null)[] {
  const ended: (Attributes | null)[] = [];
  setTracing({
    begin: () => {
      const at = ended.push(null) - 1;
      const context = { traceId: "a".repeat(32), spanId: String(at).padStart(16, "0"), sampled: true, state: "" };
      return { context, end: (attributes = {}, fault = null) => void (ended[at] = { ...attributes, fault: fault ?? "" }) };
    },
    stop: () => Promise.resolve(),
  });
  return ended;
}

const message = () => ({ eventType: "a.b", endpointIds: [], payload: Buffer.from("{}") }) as unknown as NewMessage;
const three = () => [message(), message(), message()].map((one) => ({ message: one, endpoints: [], carried: null }));
const refuse = () => Promise.reject(new Error("away"));

it("ends every span, whatever becomes of what is stored together, and each message keeps its own", async () => {
  const ended = spans();
  const all = three();
  await storeAllTraced(all, () => Promise.resolve([{ kind: "accepted" }, { kind: "duplicate" }, { kind: "accepted" }]));
  expect(ended.map((one) => one?.["webster.result"])).toEqual(["accepted", "duplicate", "accepted"]);
  expect(new Set(all.map(({ message: { trace } }) => trace?.spanId)).size).toBe(3);
  await storeAllTraced(three(), () => Promise.resolve(null));
  expect(ended.slice(3).map((one) => one?.["webster.result"])).toEqual(["again", "again", "again"]);
  await expect(storeAllTraced(three(), refuse)).rejects.toThrow("away");
  await expect(storeTraced(message(), [], null, refuse)).rejects.toThrow("away");
  expect(ended.slice(6)).toEqual(Array.from({ length: 4 }, () => ({ "webster.result": "failed", fault: "failed" })));
});
