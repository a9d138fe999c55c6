import { getSession } from "../contract/session.ts";
import * as accounts from "../services/team/accounts.ts";
import { route } from "./route.ts";

export const sessionRoutes = [route(getSession, ({ actor }) => accounts.getSession(actor))];
