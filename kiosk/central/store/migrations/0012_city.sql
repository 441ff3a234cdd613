-- What others outside of central are told of dossiers: the city's own system, the citizens who agreed.

-- How far each of them has read dossier_change; who reads holds the turn until lease_ms.
CREATE TABLE change_reader (
    consumer TEXT PRIMARY KEY,
    number BIGINT NOT NULL,
    lease_ms BIGINT NOT NULL DEFAULT 0
);

-- A change that one of them is to be told of.
CREATE TABLE delivery (
    consumer TEXT NOT NULL,
    number BIGINT NOT NULL,               -- of dossier_change
    code TEXT NOT NULL,
    state INTEGER NOT NULL DEFAULT 0,     -- 0 to be told, 1 told, 2 set aside, 3 not needed
    made_ms BIGINT NOT NULL,
    due_ms BIGINT NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    lease_ms BIGINT NOT NULL DEFAULT 0,
    done_ms BIGINT,
    problem TEXT NOT NULL DEFAULT '',     -- for people; nothing personal
    PRIMARY KEY (consumer, number)
);
CREATE INDEX delivery_due ON delivery (consumer, due_ms) WHERE state = 0;
CREATE INDEX delivery_order ON delivery (consumer, code, number) WHERE state = 0;
CREATE INDEX delivery_aside ON delivery (consumer, number) WHERE state = 2;
CREATE INDEX delivery_done ON delivery (done_ms) WHERE done_ms IS NOT NULL;

-- The newest that the city's own system said about a dossier, also about one that is not here.
CREATE TABLE city_said (
    code TEXT PRIMARY KEY,
    status INTEGER NOT NULL,              -- national
    local_status TEXT NOT NULL,           -- in its own words
    at_ms BIGINT NOT NULL,                -- by its clock
    seen_ms BIGINT NOT NULL
);
CREATE INDEX city_said_seen ON city_said (seen_ms);

-- Lines of status files that could not be followed. The same line again is the same row.
CREATE TABLE city_aside (
    id TEXT PRIMARY KEY,                  -- digest of what it says
    origin TEXT NOT NULL,                 -- file and line
    code TEXT NOT NULL,
    local_status TEXT NOT NULL,
    said_at TEXT NOT NULL,
    note TEXT NOT NULL,
    why TEXT NOT NULL,                    -- a key of the words
    seen_ms BIGINT NOT NULL
);
CREATE INDEX city_aside_seen ON city_aside (seen_ms);

-- One report a day: what differs between here and there.
CREATE TABLE city_report (
    day INTEGER PRIMARY KEY,
    made_ms BIGINT NOT NULL,
    content TEXT NOT NULL                 -- kiosk.central.city.reconciliation.Report as JSON
);
