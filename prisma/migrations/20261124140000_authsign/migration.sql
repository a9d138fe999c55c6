-- AlterTable
ALTER TABLE "environment" ADD COLUMN "svixHeaders" BOOLEAN NOT NULL DEFAULT true;

-- AlterTable
ALTER TABLE "endpoint" ADD COLUMN "sealedAuthentication" BYTEA,
ADD COLUMN "signature" JSONB,
ADD COLUMN "signatureChangedAt" TIMESTAMPTZ(3);
