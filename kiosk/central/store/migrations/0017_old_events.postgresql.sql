-- Drops the tables of months that ended before then, and names them. A backup that reads them is not waited for: whoever
-- stores events would wait behind. They go the next time.
CREATE FUNCTION drop_event_months(before_ms BIGINT) RETURNS SETOF TEXT LANGUAGE plpgsql SET lock_timeout = '200ms' AS $$
DECLARE
    kept TEXT := 'event_' || to_char(to_timestamp(before_ms / 1000.0) AT TIME ZONE 'UTC' + INTERVAL '7 hours', 'YYYYMM');
    name TEXT;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('drop_event_months')) THEN
        RETURN;  -- another worker is about it
    END IF;
    FOR name IN
        SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
        WHERE inhparent = 'event'::regclass AND relname ~ '^event_[0-9]{6}$' AND relname < kept ORDER BY relname
    LOOP
        BEGIN
            EXECUTE format('DROP TABLE %I', name);
        EXCEPTION WHEN lock_not_available THEN
            RETURN;
        END;
        RETURN NEXT name;
    END LOOP;
END $$;
