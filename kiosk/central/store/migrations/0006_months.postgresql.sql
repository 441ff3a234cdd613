-- As before, but workers that meet a new month at the same moment do not both make it: to_regclass() answers from a cache
-- that waiting for a lock does not renew (DuplicateTable), a look into pg_class sees what was committed meanwhile.
CREATE OR REPLACE FUNCTION make_event_months(now_ms BIGINT) RETURNS INTEGER LANGUAGE plpgsql AS $$
DECLARE
    this_month TIMESTAMP := date_trunc('month', to_timestamp(now_ms / 1000.0) AT TIME ZONE 'UTC' + INTERVAL '7 hours');
    first TIMESTAMP;
    name TEXT;
    made INTEGER := 0;
BEGIN
    FOR back IN -2 .. 3 LOOP
        first := this_month - make_interval(months => back);
        name := 'event_' || to_char(first, 'YYYYMM');
        IF NOT is_event_month(name) THEN
            PERFORM pg_advisory_xact_lock(hashtext('make_event_months'));
            IF NOT is_event_month(name) THEN
                EXECUTE format('CREATE TABLE %I PARTITION OF event FOR VALUES FROM (%s) TO (%s)', name,
                    (extract(epoch FROM first) - 25200)::BIGINT * 1000,
                    (extract(epoch FROM first + INTERVAL '1 month') - 25200)::BIGINT * 1000);
                made := made + 1;
            END IF;
        END IF;
    END LOOP;
    RETURN made;
END $$;

CREATE FUNCTION is_event_month(name TEXT) RETURNS BOOLEAN LANGUAGE sql VOLATILE AS $$
    SELECT EXISTS (
        SELECT FROM pg_class AS month JOIN pg_class AS every ON every.relnamespace = month.relnamespace
        WHERE every.oid = 'event'::regclass AND month.relname = name
    );
$$;
