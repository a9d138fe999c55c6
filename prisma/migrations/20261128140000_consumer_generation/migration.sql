-- A consumer refuses what it was given before a seek. 0: as it was when iterators were plain places.
ALTER TABLE "poller_consumer" ADD COLUMN "generation" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "poller_consumer" ADD COLUMN "givenPlace" BIGINT;
