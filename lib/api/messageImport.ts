import { importMessages } from "../contract/messageImport.ts";
import { env } from "../env.ts";
import { importMessages as takeOver } from "../services/message/messageImport.ts";
import { route } from "./route.ts";

const batchBytes = 16 * 1024 * 1024;

export const messageImportRoutes = [
  route(importMessages, ({ actor, params, body }) => takeOver(actor, params.app_id, body.messages), {
    maximumBodyBytes: () => Math.max(batchBytes, 2 * env().maxPayloadBytes),
  }),
];
