-- What a claim took together is in hand, and its keys stand here: lib/db/sql/hot/claimed.ts
CREATE TABLE "claim" (
    "leaseId" TEXT NOT NULL,
    "claimedAt" TIMESTAMPTZ(3) NOT NULL,
    "lookAt" TIMESTAMPTZ(3) NOT NULL,
    "endsAt" TIMESTAMPTZ(3) NOT NULL,
    "day" INTEGER NOT NULL,
    "messageIds" TEXT[],
    "endpointIds" TEXT[],

    CONSTRAINT "claim_pkey" PRIMARY KEY ("leaseId")
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, toast.autovacuum_vacuum_scale_factor = 0, toast.autovacuum_vacuum_threshold = 5000);
CREATE INDEX "claim_lookAt_idx" ON "claim"("lookAt");
