-- Polling as a consumer needs the right to write since then. The keys that the dashboard made for it, by that name and for one
-- application, go on polling and reading what they read for it, and may still change nothing else.
UPDATE "api_key"
SET "permission" = 'scoped', "scopes" = '{poller:Write,application:Read,endpoint:Read,message:Read,message-attempt:Read}'
WHERE "permission" = 'read' AND "applicationId" IS NOT NULL AND "name" LIKE 'Polling: %' AND coalesce(cardinality("scopes"), 0) = 0;
