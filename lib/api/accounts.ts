import { getSession } from "../contract/session.ts";
import * as accounts from "../services/accounts.ts";
import { route } from "./route.ts";

export const accountRoutes = [route(getSession, ({ actor }) => accounts.getSession(actor))];
