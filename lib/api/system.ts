import {
  getEgressAddresses,
  getHealth,
  getHealthLive,
  getHealthPing,
  getHealthReady,
  getMetrics,
  getOpenapi,
  getSystem,
} from "../contract/system.ts";
import { env } from "../env.ts";
import { scrape } from "../metrics.ts";
import { requireReady } from "../services/system/health.ts";
import * as system from "../services/system/system.ts";
import { openapiText } from "./openapi.ts";
import { Reply } from "./reply.ts";
import { route } from "./route.ts";

export const systemRoutes = [
  route(getHealth, () => requireReady()),
  route(getHealthPing, () => requireReady()),
  route(getHealthReady, () => requireReady()),
  route(getHealthLive, () => undefined),
  route(getSystem, ({ actor }) => system.get(actor)),
  route(getEgressAddresses, () => ({ addresses: env().egressAddresses })),
  route(getOpenapi, () => new Reply<never>(200, openapiText())),
  route(getMetrics, async () => {
    const { text, contentType } = await scrape();
    return new Reply<never>(200, text, contentType);
  }),
];
