-- What the log is found by holds 8 bytes of a hash in place of an id, of 32, which every message wrote five times:
-- lib/db/sql/isOf.ts has the conditions that they serve.
DROP INDEX "message_applicationId_createdAt_idx";
CREATE INDEX "message_of_application_idx" ON "message" (hashtextextended("applicationId", 0), "createdAt");
DROP INDEX "message_environmentId_eventType_createdAt_idx";
CREATE INDEX "message_of_type_idx" ON "message" (hashtextextended("eventType", hashtextextended("environmentId", 0)), "createdAt");
DROP INDEX "delivery_endpointId_createdAt_idx";
CREATE INDEX "delivery_of_endpoint_idx" ON "delivery" (hashtextextended("endpointId", 0), "createdAt");
DROP INDEX "delivery_environmentId_createdAt_idx";
CREATE INDEX "delivery_of_environment_idx" ON "delivery" (hashtextextended("environmentId", 0), "createdAt");
DROP INDEX "attempt_endpointId_createdAt_idx";
CREATE INDEX "attempt_of_endpoint_idx" ON "attempt" (hashtextextended("endpointId", 0), "createdAt");
