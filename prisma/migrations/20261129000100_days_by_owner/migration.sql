-- The days of partitioned tables are made and dropped by these two, which run as the owner of the tables: so the role that
-- Webster works with need own nothing. They take no other tables, never the audit log, drop no day before it is over, and look
-- for names in the schema of these tables alone.
DO $do$
BEGIN
  EXECUTE format($function$
    CREATE FUNCTION "make_day"("parent" TEXT, "day" DATE) RETURNS BOOLEAN LANGUAGE plpgsql SECURITY DEFINER SET search_path = %1$I, pg_temp AS $body$
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
      EXECUTE format('CREATE TABLE %%I PARTITION OF %%I FOR VALUES FROM (%%L) TO (%%L)', name, parent, day || 'Z', (day + 1) || 'Z');
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
  EXECUTE format($function$
    CREATE FUNCTION "drop_day"("parent" TEXT, "day" DATE) RETURNS BOOLEAN LANGUAGE plpgsql SECURITY DEFINER SET search_path = %1$I, pg_temp AS $body$
    DECLARE
      name TEXT := parent || to_char(day, '_YYYYMMDD');
    BEGIN
      IF parent = 'audit_entry' OR day >= (now() AT TIME ZONE 'UTC')::date THEN
        RAISE EXCEPTION '%% has no day %% to drop', parent, day USING ERRCODE = 'insufficient_privilege';
      END IF;
      IF NOT EXISTS (
        SELECT FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_class p ON p.oid = i.inhparent
        WHERE c.relname = name AND p.relname = parent AND p.relkind = 'p'
          AND c.relnamespace = %1$L::regnamespace AND p.relnamespace = %1$L::regnamespace) THEN
        RETURN false;
      END IF;
      EXECUTE format('DROP TABLE %%I', name);
      RETURN true;
    END $body$
  $function$, current_schema());
END $do$;
REVOKE EXECUTE ON FUNCTION "make_day"(TEXT, DATE), "drop_day"(TEXT, DATE) FROM PUBLIC;
