import { listLeftBehind, takeOver } from "../contract/leftBehind.ts";
import * as leavers from "../services/team/leavers.ts";
import { route } from "./route.ts";

export const leftBehindRoutes = [
  route(listLeftBehind, ({ actor, query }) => leavers.list(actor, query)),
  route(takeOver, ({ actor, params }) => leavers.takeOver(actor, params.credential_id)),
];
