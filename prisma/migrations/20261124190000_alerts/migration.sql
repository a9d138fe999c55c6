-- CreateTable
CREATE TABLE "alert_channel" (
    "id" TEXT COLLATE "C" NOT NULL,
    "environmentId" TEXT COLLATE "C" NOT NULL,
    "kind" TEXT NOT NULL,
    "target" TEXT NOT NULL,
    "sealedUrl" BYTEA,
    "lastSentAt" TIMESTAMPTZ(3),
    "lastFailure" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "alert_channel_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "alert" (
    "id" BIGSERIAL NOT NULL,
    "channelId" TEXT COLLATE "C" NOT NULL,
    "key" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "tries" INTEGER NOT NULL DEFAULT 0,
    "nextTryAt" TIMESTAMPTZ(3) DEFAULT CURRENT_TIMESTAMP,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "alert_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "alert_channel_environmentId_id_idx" ON "alert_channel"("environmentId", "id");

-- CreateIndex
CREATE INDEX "alert_nextTryAt_idx" ON "alert"("nextTryAt");

-- CreateIndex
CREATE UNIQUE INDEX "alert_channelId_key_key" ON "alert"("channelId", "key");

-- AddForeignKey
ALTER TABLE "alert_channel" ADD CONSTRAINT "alert_channel_environmentId_fkey" FOREIGN KEY ("environmentId") REFERENCES "environment"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "alert" ADD CONSTRAINT "alert_channelId_fkey" FOREIGN KEY ("channelId") REFERENCES "alert_channel"("id") ON DELETE CASCADE ON UPDATE CASCADE;
