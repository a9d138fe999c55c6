-- Where keys may be used from, how long they may last, and whether they may make others.
ALTER TABLE "api_key" ADD COLUMN "allowedNetworks" TEXT[] NOT NULL DEFAULT '{}';
ALTER TABLE "environment" ADD COLUMN "keysMayMakeKeys" BOOLEAN NOT NULL DEFAULT false, ADD COLUMN "maximumKeyDays" INTEGER NOT NULL DEFAULT 0;

-- Where keys have made keys, they go on doing so.
UPDATE "environment" e SET "keysMayMakeKeys" = true WHERE EXISTS (
  SELECT FROM "api_key" k JOIN "api_key" m ON m."id" = k."createdById" WHERE k."environmentId" = e."id" AND m."permission" <> 'manage');
