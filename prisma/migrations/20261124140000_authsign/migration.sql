-- AlterTable
ALTER TABLE "environment" ADD COLUMN "operationalOfId" TEXT COLLATE "C",
ADD COLUMN "svixHeaders" BOOLEAN NOT NULL DEFAULT true;

-- AlterTable
ALTER TABLE "endpoint" ADD COLUMN "sealedAuthentication" BYTEA,
ADD COLUMN "signature" JSONB,
ADD COLUMN "signatureChangedAt" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "operational_event" (
    "id" BIGSERIAL NOT NULL,
    "environmentId" TEXT COLLATE "C" NOT NULL,
    "type" TEXT NOT NULL,
    "data" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "operational_event_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "environment_operationalOfId_key" ON "environment"("operationalOfId");

-- AddForeignKey
ALTER TABLE "environment" ADD CONSTRAINT "environment_operationalOfId_fkey" FOREIGN KEY ("operationalOfId") REFERENCES "environment"("id") ON DELETE CASCADE ON UPDATE CASCADE;
