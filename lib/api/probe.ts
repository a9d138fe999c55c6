import { probeEndpoint } from "../contract/probe.ts";
import { probe } from "../services/endpoint/endpointProbe.ts";
import { route } from "./route.ts";

export const probeRoutes = [route(probeEndpoint, ({ actor, body }) => probe(actor, body))];
