import { listAuditEntries } from "../contract/auditEntry.ts";
import * as auditLog from "../services/audit/auditLog.ts";
import { route } from "./route.ts";

export const auditEntryRoutes = [route(listAuditEntries, ({ actor, query }) => auditLog.list(actor, query))];
