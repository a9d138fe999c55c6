import { getOverview } from "../contract/overview.ts";
import * as overview from "../services/statistics/overview.ts";
import { recordVisit } from "../contract/visit.ts";
import * as visits from "../services/statistics/visits.ts";
import { route } from "./route.ts";

export const overviewRoutes = [
  route(getOverview, ({ actor, query }) => overview.get(actor, query)),
  route(recordVisit, ({ actor }) => visits.record(actor)),
];
