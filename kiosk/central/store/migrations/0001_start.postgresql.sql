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
    epoch SMALLINT NOT NULL,              -- word
    kind SMALLINT NOT NULL,               -- kiosk.central.layout
    service SMALLINT NOT NULL,            -- word; 0: none
    counter SMALLINT NOT NULL,            -- word; 0: none
    detail BYTEA NOT NULL                 -- the rest of it, see kiosk.central.layout
) PARTITION BY RANGE (at_ms);

CREATE INDEX event_time ON event (centre, at_ms);

-- What belongs to no month that was made ahead: events of a hub whose clock was years wrong.
CREATE TABLE event_other PARTITION OF event DEFAULT;

-- Changed often and small: room for a new version of a row beside the old one spares its indexes.
ALTER TABLE link SET (fillfactor = 50);
ALTER TABLE hour_figures SET (fillfactor = 70);
ALTER TABLE open_ticket SET (fillfactor = 70);
