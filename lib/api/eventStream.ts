import { openEventStream } from "../contract/eventStream.ts";
import * as eventStream from "../services/eventStream/eventStream.ts";
import { StreamReply } from "./reply.ts";
import { route } from "./route.ts";

/** Proxies must neither gather nor compress what comes bit by bit. */
const headers = { "cache-control": "no-store, no-transform", "x-accel-buffering": "no" };

export const eventStreamRoutes = [
  route(
    openEventStream,
    ({ actor, recheck }) => new StreamReply("text/event-stream", headers, () => eventStream.openEventStream(actor, recheck)),
  ),
];
