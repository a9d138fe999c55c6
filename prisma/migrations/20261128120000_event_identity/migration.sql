-- AlterTable
ALTER TABLE "received_request" ADD COLUMN "duplicateBy" TEXT,
ADD COLUMN "duplicateOfId" TEXT COLLATE "C";

-- Duplicates can be released, and are shown with what they are duplicates of: found without walking through all that was accepted.
CREATE INDEX "received_request_duplicate_idx" ON "received_request" ("sourceId", "createdAt", "id") WHERE "verdict" = 'duplicate';
CREATE INDEX "received_request_duplicate_of_idx" ON "received_request" ("messageId") WHERE "verdict" = 'duplicate';

-- A name of several parts, or of several events, is found by each of them.
CREATE INDEX "received_request_names_idx" ON "received_request" USING gin (string_to_array(replace("providerEventId", ',', ''), ' '))
  WHERE strpos("providerEventId", ' ') > 0;
