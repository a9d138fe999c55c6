/** Streaming is not there: each of its operations says so with a 404, whatever it is given. */
import type { Calls } from "../context.ts";

const stream = { name: "S" };
const sink = { type: "poller" } as const;

export const streamingCalls: Calls = {
  "authentication.streamPortalAccess": async ({ svix }) => void (await svix.authentication.streamPortalAccess("s")),
  "authentication.streamLogout": async ({ svix }) => svix.authentication.streamLogout(),
  "authentication.streamExpireAll": async ({ svix }) => svix.authentication.streamExpireAll("s"),
  "authentication.rotateStreamPollerToken": async ({ svix }) => void (await svix.authentication.rotateStreamPollerToken("s", "k")),
  "authentication.getStreamPollerToken": async ({ svix }) => void (await svix.authentication.getStreamPollerToken("s", "k")),
  "streaming.sinkHeadersGet": async ({ svix }) => void (await svix.streaming.sinkHeadersGet("s", "k")),
  "streaming.sinkHeadersPatch": async ({ svix }) => void (await svix.streaming.sinkHeadersPatch("s", "k", { headers: {} })),
  "streaming.eventType.list": async ({ svix }) => void (await svix.streaming.eventType.list()),
  "streaming.eventType.create": async ({ svix }) => void (await svix.streaming.eventType.create({ name: "t" })),
  "streaming.eventType.get": async ({ svix }) => void (await svix.streaming.eventType.get("t")),
  "streaming.eventType.upsert": async ({ svix }) => void (await svix.streaming.eventType.upsert("t", { name: "t" })),
  "streaming.eventType.delete": async ({ svix }) => svix.streaming.eventType.delete("t"),
  "streaming.eventType.patch": async ({ svix }) => void (await svix.streaming.eventType.patch("t", {})),
  "streaming.events.get": async ({ svix }) => void (await svix.streaming.events.get("s", "k")),
  "streaming.events.create": async ({ svix }) => void (await svix.streaming.events.create("s", { events: [] })),
  "streaming.sink.list": async ({ svix }) => void (await svix.streaming.sink.list("s")),
  "streaming.sink.create": async ({ svix }) => void (await svix.streaming.sink.create("s", sink)),
  "streaming.sink.get": async ({ svix }) => void (await svix.streaming.sink.get("s", "k")),
  "streaming.sink.upsert": async ({ svix }) => void (await svix.streaming.sink.upsert("s", "k", sink)),
  "streaming.sink.delete": async ({ svix }) => svix.streaming.sink.delete("s", "k"),
  "streaming.sink.patch": async ({ svix }) => void (await svix.streaming.sink.patch("s", "k", sink)),
  "streaming.sink.getSecret": async ({ svix }) => void (await svix.streaming.sink.getSecret("s", "k")),
  "streaming.sink.rotateSecret": async ({ svix }) => void (await svix.streaming.sink.rotateSecret("s", "k", {})),
  "streaming.sink.transformation.get": async ({ svix }) => void (await svix.streaming.sink.transformation.get("s", "k")),
  "streaming.sink.transformation.patch": async ({ svix }) => void (await svix.streaming.sink.transformation.patch("s", "k", {})),
  "streaming.stream.list": async ({ svix }) => void (await svix.streaming.stream.list()),
  "streaming.stream.create": async ({ svix }) => void (await svix.streaming.stream.create(stream)),
  "streaming.stream.get": async ({ svix }) => void (await svix.streaming.stream.get("s")),
  "streaming.stream.upsert": async ({ svix }) => void (await svix.streaming.stream.upsert("s", stream)),
  "streaming.stream.delete": async ({ svix }) => svix.streaming.stream.delete("s"),
  "streaming.stream.patch": async ({ svix }) => void (await svix.streaming.stream.patch("s", {})),
};
