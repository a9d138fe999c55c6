-- A first attempt that succeeds changes no column that any index of deliveries names, so that PostgreSQL writes no new entries for
-- it (a heap-only tuple). The columns are the database's own, and this rewrites the deliveries once.
--   dueAt     nextAttemptAt, but for what the process that accepted it has in hand: lib/db/sql/hot/inHand.ts
--   trouble…  status, lastStatusCode and attemptCount of what did not succeed at once; null of everything else
DROP INDEX "delivery_due_idx", "delivery_trouble_idx";
ALTER TABLE "delivery"
  ADD COLUMN "dueAt" TIMESTAMPTZ(3) GENERATED ALWAYS AS (CASE WHEN left("leaseId", 1) = '+' THEN NULL ELSE "nextAttemptAt" END) STORED,
  ADD COLUMN "troubleStatus" TEXT GENERATED ALWAYS AS (
    CASE WHEN "lastErrorClass" IS NOT NULL OR "attemptCount" > 1 OR "status" = 'cancelled' THEN "status" END) STORED,
  ADD COLUMN "troubleStatusCode" INTEGER GENERATED ALWAYS AS (
    CASE WHEN "lastErrorClass" IS NOT NULL OR "attemptCount" > 1 OR "status" = 'cancelled' THEN "lastStatusCode" END) STORED,
  ADD COLUMN "troubleAttempts" INTEGER GENERATED ALWAYS AS (
    CASE WHEN "lastErrorClass" IS NOT NULL OR "attemptCount" > 1 OR "status" = 'cancelled' THEN "attemptCount" END) STORED;

-- What a worker claims from, ordered per endpoint by when it is due.
CREATE INDEX "delivery_due_idx" ON "delivery" ("endpointId", "dueAt") WHERE "dueAt" IS NOT NULL;

-- The log's index of everything that did not succeed at once, with all that it is filtered by: rare combinations are
-- found by reading it alone, and what just works is never in it.
CREATE INDEX "delivery_trouble_idx" ON "delivery" ("environmentId", "createdAt", "messageId", "endpointId", "troubleStatus",
  "troubleStatusCode", "lastErrorClass", "eventType", "troubleAttempts") WHERE "troubleStatus" IS NOT NULL;

-- The second version of a row finds room beside the first.
DO $do$
BEGIN
  EXECUTE format($function$
    CREATE OR REPLACE FUNCTION "make_day"("parent" TEXT, "day" DATE) RETURNS BOOLEAN LANGUAGE plpgsql SECURITY DEFINER SET search_path = %1$I, pg_temp AS $body$
    DECLARE
      name TEXT := parent || to_char(day, '_YYYYMMDD');
      granted RECORD;
    BEGIN
      IF parent = 'audit_entry' OR NOT EXISTS (
        SELECT FROM pg_class c WHERE c.relname = parent AND c.relkind = 'p' AND c.relnamespace = %1$L::regnamespace) THEN
        RAISE EXCEPTION '%% has no days', parent USING ERRCODE = 'insufficient_privilege';
      END IF;
      IF to_regclass(format('%%I.%%I', %1$L, name)) IS NOT NULL THEN
        RETURN false;
      END IF;
      EXECUTE format('CREATE TABLE %%I PARTITION OF %%I FOR VALUES FROM (%%L) TO (%%L)', name, parent, day || 'Z', (day + 1) || 'Z')
        || CASE WHEN parent = 'delivery' THEN ' WITH (fillfactor = 60)' ELSE '' END;
      -- Statements that name a day need what is granted on the whole.
      FOR granted IN
        SELECT a.privilege_type AS privilege, a.grantee::regrole AS role FROM pg_class c, aclexplode(c.relacl) a
        WHERE c.oid = to_regclass(format('%%I.%%I', %1$L, parent)) AND a.grantee NOT IN (0, c.relowner)
      LOOP
        EXECUTE format('GRANT %%s ON %%I TO %%s', granted.privilege, name, granted.role);
      END LOOP;
      RETURN true;
    END $body$
  $function$, current_schema());
END $do$;

DO $do$
DECLARE
  day TEXT;
BEGIN
  FOR day IN
    SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = '"delivery"'::regclass AND c.relname >= 'delivery_' || to_char(now() AT TIME ZONE 'UTC', 'YYYYMMDD')
  LOOP
    EXECUTE format('ALTER TABLE %I SET (fillfactor = 60)', day);
  END LOOP;
END $do$;

-- Nothing of what came before is in hand: passed is all of it.
INSERT INTO "setting" ("name", "value")
SELECT place, convert_to(newest.id, 'UTF8') FROM unnest(ARRAY['in_hand_soon', 'in_hand_late']) place, (SELECT max("id") AS id FROM "message") newest
WHERE newest.id IS NOT NULL;
