import { listAuditEntries } from "../contract/auditEntry.ts";
import { getSession } from "../contract/session.ts";
import * as accounts from "../services/accounts.ts";
import * as auditLog from "../services/auditLog.ts";
import { route } from "./route.ts";

export const accountRoutes = [
  route(getSession, ({ actor }) => accounts.getSession(actor)),
  route(listAuditEntries, ({ actor, query }) => auditLog.list(actor, query)),
];
