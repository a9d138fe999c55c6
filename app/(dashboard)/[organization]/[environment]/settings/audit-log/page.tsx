import type { Metadata } from "next";
import { AuditLog } from "../../../../../../components/auditEntry/auditLog.tsx";

export const metadata: Metadata = { title: "Audit log" };

export default function AuditLogPage() {
  return <AuditLog />;
}
