-- What the log is found by holds 8 bytes of a hash in place of an id, of 32, which every message wrote five times and every request twice:
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
DROP INDEX "received_request_sourceId_createdAt_id_idx";
CREATE INDEX "received_request_of_source_idx" ON "received_request" (hashtextextended("sourceId", 0), "createdAt");
DROP INDEX "received_request_environmentId_createdAt_id_idx";
CREATE INDEX "received_request_of_environment_idx" ON "received_request" (hashtextextended("environmentId", 0), "createdAt");

-- Whether an attempt succeeded says its errorClass, and nearly all are of the schedule.
UPDATE "attempt" SET "errorClass" = CASE WHEN "status" = 'failed' THEN 'status' END WHERE ("status" = 'failed') = ("errorClass" IS NULL);
ALTER TABLE "attempt" DROP COLUMN "status", ALTER COLUMN "trigger" DROP NOT NULL;

-- Of the deliveries of one statement, which end in one statement too, each finds room for its second version.
DO $do$
DECLARE
  day TEXT;
BEGIN
  EXECUTE replace(pg_get_functiondef('"make_day"(text, date)'::regprocedure), 'fillfactor = 60', 'fillfactor = 50');
  FOR day IN
    SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = '"delivery"'::regclass AND c.relname >= 'delivery_' || to_char(now() AT TIME ZONE 'UTC', 'YYYYMMDD')
  LOOP
    EXECUTE format('ALTER TABLE %I SET (fillfactor = 50)', day);
  END LOOP;
END $do$;
