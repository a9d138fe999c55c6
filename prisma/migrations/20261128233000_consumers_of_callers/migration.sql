-- Whoever made a consumer by asking for it: their number has a limit.
ALTER TABLE "poller_consumer" ADD COLUMN "createdBy" TEXT COLLATE "C";
