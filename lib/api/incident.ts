import { acknowledgeIncident, listIncidents, resolveIncident } from "../contract/incident.ts";
import * as incidents from "../services/incident/incidents.ts";
import { route } from "./route.ts";

export const incidentRoutes = [
  route(listIncidents, ({ actor, query }) => incidents.list(actor, query)),
  route(acknowledgeIncident, ({ actor, params }) => incidents.acknowledge(actor, params.incident_id)),
  route(resolveIncident, ({ actor, params }) => incidents.resolve(actor, params.incident_id)),
];
