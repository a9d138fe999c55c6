-- AlterTable
ALTER TABLE "application" ADD COLUMN "sourceId" TEXT COLLATE "C";

-- AlterTable
ALTER TABLE "message" ADD COLUMN "sealedForward" BYTEA;

-- CreateTable
CREATE TABLE "source" (
    "id" TEXT COLLATE "C" NOT NULL,
    "environmentId" TEXT COLLATE "C" NOT NULL,
    "applicationId" TEXT COLLATE "C" NOT NULL,
    "uid" TEXT,
    "name" TEXT NOT NULL,
    "provider" TEXT NOT NULL,
    "sealedConfig" BYTEA NOT NULL,
    "metadata" JSONB NOT NULL DEFAULT '{}',
    "eventType" JSONB NOT NULL,
    "dedupe" JSONB NOT NULL,
    "dedupeWindowSeconds" INTEGER NOT NULL,
    "rateLimit" INTEGER,
    "maximumBodyBytes" INTEGER,
    "acceptedResponse" JSONB,
    "rejectedResponse" JSONB,
    "forward" JSONB NOT NULL,
    "disabledAt" TIMESTAMPTZ(3),
    "version" BIGINT NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "source_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "source_token" (
    "id" TEXT COLLATE "C" NOT NULL,
    "sourceId" TEXT COLLATE "C" NOT NULL,
    "hash" BYTEA NOT NULL,
    "sealed" BYTEA NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3),

    CONSTRAINT "source_token_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "source_dedupe" (
    "sourceId" TEXT COLLATE "C" NOT NULL,
    "keyHash" BYTEA NOT NULL,
    "messageId" TEXT COLLATE "C" NOT NULL,
    "bodyHash" BYTEA NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "source_dedupe_pkey" PRIMARY KEY ("sourceId","keyHash")
);

-- CreateTable
CREATE TABLE "received_request" (
    "id" TEXT COLLATE "C" NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "environmentId" TEXT COLLATE "C" NOT NULL,
    "sourceId" TEXT COLLATE "C" NOT NULL,
    "verdict" TEXT NOT NULL,
    "reason" TEXT,
    "detail" TEXT,
    "eventType" TEXT,
    "providerEventId" TEXT,
    "messageId" TEXT COLLATE "C",
    "method" TEXT NOT NULL,
    "sealedHead" BYTEA NOT NULL,
    "contentType" TEXT,
    "remoteAddress" TEXT,
    "body" BYTEA,
    "bodyBytes" INTEGER NOT NULL,
    "responseStatus" INTEGER NOT NULL,
    "releasedAt" TIMESTAMPTZ(3),

    CONSTRAINT "received_request_pkey" PRIMARY KEY ("id","createdAt")
) PARTITION BY RANGE ("createdAt");

-- CreateIndex
CREATE UNIQUE INDEX "source_environmentId_uid_key" ON "source"("environmentId", "uid");

-- CreateIndex
CREATE INDEX "source_environmentId_id_idx" ON "source"("environmentId", "id");

-- CreateIndex
CREATE INDEX "source_applicationId_idx" ON "source"("applicationId");

-- CreateIndex
CREATE UNIQUE INDEX "source_token_hash_key" ON "source_token"("hash");

-- CreateIndex
CREATE INDEX "source_token_sourceId_idx" ON "source_token"("sourceId");

-- CreateIndex
CREATE INDEX "source_dedupe_expiresAt_idx" ON "source_dedupe"("expiresAt");

-- CreateIndex
CREATE INDEX "received_request_sourceId_createdAt_id_idx" ON "received_request"("sourceId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "received_request_environmentId_createdAt_id_idx" ON "received_request"("environmentId", "createdAt", "id");

-- AddForeignKey
ALTER TABLE "source" ADD CONSTRAINT "source_environmentId_fkey" FOREIGN KEY ("environmentId") REFERENCES "environment"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "source" ADD CONSTRAINT "source_applicationId_fkey" FOREIGN KEY ("applicationId") REFERENCES "application"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "source_token" ADD CONSTRAINT "source_token_sourceId_fkey" FOREIGN KEY ("sourceId") REFERENCES "source"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Closed lists.
ALTER TABLE "received_request" ADD CONSTRAINT "received_request_verdict_check"
  CHECK ("verdict" IN ('accepted', 'duplicate', 'rejected', 'released'));
ALTER TABLE "received_request" ADD CONSTRAINT "received_request_reason_check" CHECK ("verdict" <> 'rejected' OR "reason" IS NOT NULL);

-- The quarantine: what waits in it is found without walking through all that was accepted.
CREATE INDEX "received_request_quarantine_idx" ON "received_request" ("sourceId", "createdAt", "id") WHERE "verdict" = 'rejected';

-- The rest of the log: whatever was not simply accepted is never looked for among all that was, nor an event by its id.
CREATE INDEX "received_request_trouble_idx" ON "received_request" ("environmentId", "createdAt", "id", "sourceId", "verdict", "reason")
  WHERE "verdict" <> 'accepted';
CREATE INDEX "received_request_event_idx" ON "received_request" ("environmentId", "providerEventId") WHERE "providerEventId" IS NOT NULL;
