/** Which operations leave an audit entry, and how a test sees that one did. */
import type pg from "pg";
import { expect } from "vitest";
import type { Operation } from "../contract/operation.ts";

/** What a member may change that others should be able to read up on; messages are a record of their own. */
const unrecorded = new Set([
  "v1.message.create",
  "v1.message.create-batch",
  "v1.endpoint.send-example",
  "v1.endpoint.send-test",
  "v1.endpoint.probe",
  "v1.endpoint.dry-run-filter",
  "v1.source.dry-run-filter",
  "v1.source.test-transformation",
  "v1.source.compare-transformation",
  "v1.destination.test-transformation",
  "v1.endpoint.test-transformation",
  "v1.endpoint.compare-transformation",
  "v1.message.precheck",
  "v1.environment.export",
  "v1.authentication.logout",
  "v1.source.send-test",
  "v1.alert-channel.test",
  "v1.received-request.verify",
  "v1.received-request.diagnose",
  // The visit of a member is nobody else's business: who looked, and when.
  "v1.visit.record",
]);

export const isRecorded = ({ operationId, method }: Operation): boolean => method !== "get" && !unrecorded.has(operationId);

/** Does the work, and fails unless the organization's log has grown by it. */
export async function expectAudit<T>(pool: pg.Pool, organizationId: string, what: string, work: () => Promise<T>): Promise<T> {
  const before = await entriesOf(pool, organizationId);
  const result = await work();
  expect([what, (await entriesOf(pool, organizationId)) > before]).toEqual([what, true]);
  return result;
}

async function entriesOf(pool: pg.Pool, organizationId: string): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(`select count(*)::int as count from audit_entry where "organizationId" = $1`, [
    organizationId,
  ]);
  return rows[0]?.count ?? 0;
}
