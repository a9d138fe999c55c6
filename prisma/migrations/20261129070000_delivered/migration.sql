-- Deliveries that succeeded at their first attempt, and those that succeeded later: by the moment of their first attempt.
ALTER TABLE "delivery_rollup" ADD COLUMN "atOnce" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "event_type_rollup" ADD COLUMN "atOnce" INTEGER NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "late_success" (
    "environmentId" TEXT COLLATE "C" NOT NULL,
    "endpointId" TEXT COLLATE "C" NOT NULL,
    "eventType" TEXT NOT NULL,
    "minutes" INTEGER NOT NULL,
    "start" TIMESTAMPTZ(3) NOT NULL,
    "succeededAt" TIMESTAMPTZ(3) NOT NULL,
    "deliveries" INTEGER NOT NULL,

    CONSTRAINT "late_success_pkey" PRIMARY KEY ("environmentId","minutes","start","endpointId","eventType","succeededAt")
);

-- CreateIndex
CREATE INDEX "late_success_minutes_succeededAt_idx" ON "late_success"("minutes", "succeededAt");

-- CreateIndex
CREATE INDEX "late_success_endpointId_minutes_start_idx" ON "late_success"("endpointId", "minutes", "start");

-- What was counted before is counted again from the attempts that are still kept.
WITH "begun" AS (
  SELECT a."environmentId", a."endpointId", a."eventType", m."minutes",
    date_bin(make_interval(mins => m."minutes"), a."createdAt", 'epoch') AS "start", count(*) AS "atOnce"
  FROM "attempt" a CROSS JOIN (VALUES (1), (60)) m("minutes")
  WHERE a."attemptNumber" = 1 AND a."status" = 'succeeded'
  GROUP BY 1, 2, 3, 4, 5
), "of_endpoint" AS (
  UPDATE "delivery_rollup" r SET "atOnce" = b."atOnce"
  FROM (SELECT "environmentId", "endpointId", "minutes", "start", sum("atOnce") AS "atOnce" FROM "begun" GROUP BY 1, 2, 3, 4) b
  WHERE r."environmentId" = b."environmentId" AND r."minutes" = b."minutes" AND r."start" = b."start" AND r."endpointId" = b."endpointId"
)
UPDATE "event_type_rollup" r SET "atOnce" = b."atOnce"
FROM (SELECT "environmentId", "eventType", "minutes", "start", sum("atOnce") AS "atOnce" FROM "begun" GROUP BY 1, 2, 3, 4) b
WHERE r."environmentId" = b."environmentId" AND r."minutes" = b."minutes" AND r."start" = b."start" AND r."eventType" = b."eventType";

WITH "late" AS (
  SELECT a."environmentId", a."endpointId", a."eventType", a."messageId", min(a."createdAt") AS "succeededAt"
  FROM "attempt" a WHERE a."status" = 'succeeded'
  GROUP BY 1, 2, 3, 4 HAVING min(a."attemptNumber") > 1
), "pair" AS (
  SELECT l."environmentId", l."endpointId", l."eventType", f."createdAt" AS "firstAt", l."succeededAt"
  FROM "late" l JOIN "attempt" f ON f."messageId" = l."messageId" AND f."endpointId" = l."endpointId" AND f."attemptNumber" = 1
)
INSERT INTO "late_success"
SELECT p."environmentId", p."endpointId", p."eventType", m."minutes", date_bin(make_interval(mins => m."minutes"), p."firstAt", 'epoch'),
  date_bin(make_interval(mins => m."minutes"), p."succeededAt", 'epoch'), count(*)
FROM "pair" p CROSS JOIN (VALUES (1), (60)) m("minutes")
WHERE m."minutes" = 60 OR p."succeededAt" > now() - interval '48 hours'
GROUP BY 1, 2, 3, 4, 5, 6;
