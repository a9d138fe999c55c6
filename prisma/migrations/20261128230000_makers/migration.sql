-- Who made what lets somebody in, so that it ends with its maker.
ALTER TABLE "api_key" ADD COLUMN "makerLeftAt" TIMESTAMPTZ(3), ADD COLUMN "stopsAt" TIMESTAMPTZ(3);
ALTER TABLE "integration" ADD COLUMN "madeById" TEXT COLLATE "C", ADD COLUMN "expiresAt" TIMESTAMPTZ(3), ADD COLUMN "makerLeftAt" TIMESTAMPTZ(3), ADD COLUMN "stopsAt" TIMESTAMPTZ(3);
ALTER TABLE "autoconfig_subscription" ADD COLUMN "madeById" TEXT COLLATE "C", ADD COLUMN "expiresAt" TIMESTAMPTZ(3), ADD COLUMN "makerLeftAt" TIMESTAMPTZ(3), ADD COLUMN "stopsAt" TIMESTAMPTZ(3);
ALTER TABLE "portal_access" ADD COLUMN "madeById" TEXT COLLATE "C";
ALTER TABLE "one_time_token" ADD COLUMN "madeById" TEXT COLLATE "C";

CREATE INDEX "api_key_createdById_idx" ON "api_key"("createdById");
CREATE INDEX "integration_madeById_idx" ON "integration"("madeById");
CREATE INDEX "autoconfig_subscription_madeById_idx" ON "autoconfig_subscription"("madeById");
CREATE INDEX "portal_access_madeById_idx" ON "portal_access"("madeById");

-- Links of a day were made by an admin, of whom nothing was kept; those that were mailed last an hour.
UPDATE "one_time_token" SET "usedAt" = now() WHERE "purpose" = 'passwordReset' AND "usedAt" IS NULL AND "expiresAt" > "createdAt" + interval '2 hours';

-- Keys whose maker is gone already go on, and are listed for the admins.
UPDATE "api_key" k SET "makerLeftAt" = now(), "createdById" = CASE WHEN k."createdById" LIKE 'usr\_%' THEN k."createdById" END
FROM "environment" e WHERE e."id" = k."environmentId" AND k."revokedAt" IS NULL AND k."createdById" IS NOT NULL
  AND NOT EXISTS (SELECT FROM "member" m WHERE m."organizationId" = e."organizationId" AND m."userId" = k."createdById")
  AND NOT EXISTS (SELECT FROM "api_key" o WHERE o."id" = k."createdById" AND o."revokedAt" IS NULL AND (o."expiresAt" IS NULL OR o."expiresAt" > now()));

-- When what `maker` made ends because of it: an ended or revoked key ends all that it made, and what that made. Members are looked after when they leave.
CREATE FUNCTION "end_by_maker"("maker" TEXT) RETURNS TIMESTAMPTZ LANGUAGE sql STABLE AS $$
  WITH RECURSIVE "chain"("id") AS (
    SELECT "maker" COLLATE "C" WHERE "maker" IS NOT NULL
    UNION
    SELECT coalesce(k."createdById", i."madeById", p."madeById") COLLATE "C" FROM "chain" c LEFT JOIN "api_key" k ON k."id" = c."id"
      LEFT JOIN "integration" i ON i."id" = c."id" LEFT JOIN "portal_access" p ON p."id" = c."id"
    WHERE coalesce(k."createdById", i."madeById", p."madeById") IS NOT NULL
  )
  SELECT coalesce(min(CASE
    WHEN c."id" LIKE 'key\_%' THEN coalesce((SELECT CASE WHEN k."revokedAt" IS NULL THEN least(coalesce(k."expiresAt", 'infinity'), coalesce(k."stopsAt", 'infinity')) END FROM "api_key" k WHERE k."id" = c."id"), '-infinity')
    WHEN c."id" LIKE 'integ\_%' THEN coalesce((SELECT least(coalesce(i."expiresAt", 'infinity'), coalesce(i."stopsAt", 'infinity')) FROM "integration" i WHERE i."id" = c."id"), '-infinity')
    ELSE 'infinity' END), 'infinity') FROM "chain" c
$$;
