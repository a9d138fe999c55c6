import { getOverview } from "../contract/overview.ts";
import * as overview from "../services/statistics/overview.ts";
import { route } from "./route.ts";

export const overviewRoutes = [route(getOverview, ({ actor, query }) => overview.get(actor, query))];
