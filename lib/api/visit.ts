import { recordVisit } from "../contract/visit.ts";
import * as visits from "../services/statistics/visits.ts";
import { route } from "./route.ts";

export const visitRoutes = [route(recordVisit, ({ actor }) => visits.record(actor))];
