-- For the management API: what kind an environment is, when it was changed, the settings that clients keep with it, and what keys are limited to.
ALTER TABLE "environment" ADD COLUMN "type" TEXT NOT NULL DEFAULT 'production',
ADD COLUMN "keptSettings" JSONB NOT NULL DEFAULT '{}',
ADD COLUMN "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

UPDATE "environment" SET "updatedAt" = "createdAt";

ALTER TABLE "api_key" ADD COLUMN "scopes" TEXT[];

ALTER TABLE "api_key" DROP CONSTRAINT "api_key_permission_check";
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_permission_check" CHECK ("permission" IN ('read', 'write', 'manage', 'scoped'));
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_scopes_check" CHECK ("permission" <> 'scoped' OR coalesce(cardinality("scopes"), 0) > 0);
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_manage_check" CHECK ("permission" <> 'manage' OR "applicationId" IS NULL);
ALTER TABLE "environment" ADD CONSTRAINT "environment_type_check" CHECK ("type" IN ('production', 'development'));
