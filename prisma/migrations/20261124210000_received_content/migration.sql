-- What was kept of the request that a message was made of is found when the message's content is deleted.
CREATE INDEX "received_request_kept_idx" ON "received_request" ("messageId") WHERE "body" IS NOT NULL AND "messageId" IS NOT NULL;
