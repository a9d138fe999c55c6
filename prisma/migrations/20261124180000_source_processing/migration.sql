-- AlterTable
ALTER TABLE "source" ADD COLUMN "filter" JSONB,
ADD COLUMN "transformationVersion" INTEGER,
ADD COLUMN "transformationEnabled" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN "transformationUpdatedAt" TIMESTAMPTZ(3),
ADD COLUMN "processingId" TEXT,
ADD COLUMN "processingUntil" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "source_transformation" (
    "sourceId" TEXT COLLATE "C" NOT NULL,
    "version" INTEGER NOT NULL,
    "code" TEXT NOT NULL,
    "sealedVariables" BYTEA,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "createdBy" TEXT NOT NULL,

    CONSTRAINT "source_transformation_pkey" PRIMARY KEY ("sourceId","version")
);

-- CreateTable
CREATE TABLE "quarantine_day" (
    "environmentId" TEXT COLLATE "C" NOT NULL,
    "day" DATE NOT NULL,
    "bytes" BIGINT NOT NULL,

    CONSTRAINT "quarantine_day_pkey" PRIMARY KEY ("environmentId","day")
);

-- AddForeignKey
ALTER TABLE "source_transformation" ADD CONSTRAINT "source_transformation_sourceId_fkey" FOREIGN KEY ("sourceId") REFERENCES "source"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Two verdicts more: held back by the source's own rules, and waiting for its transformation.
ALTER TABLE "received_request" DROP CONSTRAINT "received_request_verdict_check";
ALTER TABLE "received_request" ADD CONSTRAINT "received_request_verdict_check"
  CHECK ("verdict" IN ('accepted', 'duplicate', 'rejected', 'released', 'filtered', 'pending'));

-- What is still to be processed, and what may be released, is found without walking through all that was accepted.
CREATE INDEX "received_request_waiting_idx" ON "received_request" ("sourceId", "verdict", "createdAt", "id")
  WHERE "verdict" IN ('filtered', 'pending');
CREATE INDEX "received_request_pending_idx" ON "received_request" ("sourceId") WHERE "verdict" = 'pending';
