-- What each message writes. An index that ends with the moment holds equal moments once, whatever becomes of the rows;
-- with an id behind it, every version of every row has an entry of its own. The few rows of one moment are sorted when read.
DROP INDEX "delivery_log_of_endpoint_idx";
CREATE INDEX "delivery_endpointId_createdAt_idx" ON "delivery"("endpointId", "createdAt");
DROP INDEX "delivery_environmentId_createdAt_messageId_idx";
CREATE INDEX "delivery_environmentId_createdAt_idx" ON "delivery"("environmentId", "createdAt");
DROP INDEX "message_applicationId_createdAt_id_idx";
CREATE INDEX "message_applicationId_createdAt_idx" ON "message"("applicationId", "createdAt");
DROP INDEX "message_environmentId_eventType_createdAt_id_idx";
CREATE INDEX "message_environmentId_eventType_createdAt_idx" ON "message"("environmentId", "eventType", "createdAt");
DROP INDEX "attempt_endpointId_createdAt_id_idx";
CREATE INDEX "attempt_endpointId_createdAt_idx" ON "attempt"("endpointId", "createdAt");

-- An attempt is asked for with its message: one index does for both questions.
DROP INDEX "attempt_messageId_createdAt_idx";
ALTER TABLE "attempt" DROP CONSTRAINT "attempt_pkey", ADD CONSTRAINT "attempt_pkey" PRIMARY KEY ("messageId", "createdAt", "id");

-- Its endpoint says whose it is.
ALTER TABLE "attempt" DROP COLUMN "environmentId", DROP COLUMN "applicationId";
