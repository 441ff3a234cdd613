CREATE TABLE schema_version (
    version INTEGER PRIMARY KEY,
    done_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

-- Every event once: what is new is told by link.acked, so no unique index has to be kept. Columns stand by width, widest
-- first, so that no byte is lost to alignment; with NOT NULL everywhere a row has no null bitmap.
CREATE TABLE event (
    at_ms BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    ticket BIGINT NOT NULL,               -- 0: none
    centre INTEGER NOT NULL,
    epoch SMALLINT NOT NULL,              -- link.epoch_no, epoch.no
    kind SMALLINT NOT NULL,               -- kiosk.central.layout
    service SMALLINT NOT NULL,            -- word; 0: none
    counter SMALLINT NOT NULL,            -- word; 0: none
    detail BYTEA NOT NULL                 -- the rest of it, see kiosk.central.layout
) PARTITION BY RANGE (at_ms);

CREATE INDEX event_time ON event (centre, at_ms);

-- What belongs to no month that was made ahead: events of a hub whose clock was years wrong.
CREATE TABLE event_other PARTITION OF event DEFAULT;

-- The months from three back to two ahead of an instant, as they are in Vietnam. How many were new.
CREATE FUNCTION make_event_months(now_ms BIGINT) RETURNS INTEGER LANGUAGE plpgsql AS $$
DECLARE
    this_month TIMESTAMP := date_trunc('month', to_timestamp(now_ms / 1000.0) AT TIME ZONE 'UTC' + INTERVAL '7 hours');
    first TIMESTAMP;
    name TEXT;
    made INTEGER := 0;
BEGIN
    FOR back IN -2 .. 3 LOOP
        first := this_month - make_interval(months => back);
        name := 'event_' || to_char(first, 'YYYYMM');
        IF to_regclass(name) IS NULL THEN
            PERFORM pg_advisory_xact_lock(hashtext('make_event_months'));
            IF to_regclass(name) IS NULL THEN
                EXECUTE format('CREATE TABLE %I PARTITION OF event FOR VALUES FROM (%s) TO (%s)', name,
                    (extract(epoch FROM first) - 25200)::BIGINT * 1000,
                    (extract(epoch FROM first + INTERVAL '1 month') - 25200)::BIGINT * 1000);
                made := made + 1;
            END IF;
        END IF;
    END LOOP;
    RETURN made;
END $$;

-- Changed often and small: room for a new version of a row beside the old one spares its indexes.
ALTER TABLE link SET (fillfactor = 50);
ALTER TABLE hour_figures SET (fillfactor = 70);
ALTER TABLE open_ticket SET (fillfactor = 70);
