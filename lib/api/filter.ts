import { dryRunFilter } from "../contract/filter.ts";
import { dryRun } from "../services/message/filterDryRun.ts";
import { route } from "./route.ts";

export const filterRoutes = [route(dryRunFilter, ({ actor, params, body }) => dryRun(actor, params.app_id, body))];
