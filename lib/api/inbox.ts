import type { Context } from "hono";
import { createInbox, deleteInbox, listInboxRequests, listInboxes, patchInbox } from "../contract/inbox.ts";
import * as inbox from "../services/inbox/inbox.ts";
import { readBody } from "./body.ts";
import { withPlace } from "./bodyRoom.ts";
import { clientOf } from "./caller.ts";
import { newRequestId, respondError, route } from "./route.ts";

export const inboxRoutes = [
  route(listInboxes, ({ actor, query }) => inbox.list(actor, query)),
  route(createInbox, ({ actor, body }) => inbox.create(actor, body)),
  route(patchInbox, ({ actor, params, body }) => inbox.change(actor, params.inbox_id, body)),
  route(deleteInbox, ({ actor, params }) => inbox.remove(actor, params.inbox_id)),
  route(listInboxRequests, ({ actor, params, query }) => inbox.listRequests(actor, params.inbox_id, query)),
];

const maximumBodyBytes = 262_144;
const maximumPathLength = 2_000;

/** The public address of an inbox: whoever knows it writes into it, and learns nothing. */
export async function receiveInInbox(c: Context): Promise<Response> {
  try {
    const { pathname, search } = new URL(c.req.url);
    const path = (pathname + search).slice(0, maximumPathLength);
    const { id, environmentId, statusCode: status } = await inbox.admit(c.req.param("token") ?? "", clientOf(c).ip);
    await withPlace({ tenant: environmentId, owner: id }, async (place) => {
      const body = await readBody(c, maximumBodyBytes, place);
      await inbox.keep(id, { method: c.req.method, path, headers: headersOf(c), body });
    });
    const mayHaveBody = status !== 204 && status !== 205 && status !== 304;
    return new Response(mayHaveBody ? "Received" : null, {
      status,
      headers: { "content-type": "text/plain", "x-content-type-options": "nosniff" },
    });
  } catch (error) {
    return respondError(error, newRequestId());
  }
}

// What a browser sends along for the dashboard must not be kept where others read it.
const headersOf = ({ req }: Context): Record<string, string> =>
  Object.fromEntries(Object.entries(req.header()).filter(([name]) => name !== "cookie"));
