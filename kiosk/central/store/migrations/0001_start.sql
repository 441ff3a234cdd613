-- Centres, devices, what is waiting now, roll-ups. Written so that SQLite and PostgreSQL both read it; what they say differently
-- (the event table) is in 0001_start.sqlite.sql and 0001_start.postgresql.sql. Every key starts with the centre.
-- Instants are ms since the epoch by central's clock; day is 20261122 in Vietnamese time.

CREATE TABLE centre_group (
    id TEXT PRIMARY KEY,
    name_vi TEXT NOT NULL,
    name_en TEXT NOT NULL
);

CREATE TABLE centre (
    id INTEGER PRIMARY KEY,               -- small, given by central: what the event rows carry
    code TEXT NOT NULL UNIQUE,            -- the hub's centre.id
    name_vi TEXT NOT NULL,
    name_en TEXT NOT NULL,
    group_id TEXT NOT NULL DEFAULT '',
    grid_x INTEGER NOT NULL DEFAULT 0,    -- place on the city's map
    grid_y INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE device (
    id TEXT PRIMARY KEY,
    centre INTEGER NOT NULL,
    public_key BYTEA NOT NULL,
    enrolled_ms BIGINT NOT NULL,
    revoked_ms BIGINT,
    code_sha256 TEXT NOT NULL             -- the code that it came with: it may ask again with the same
);

CREATE TABLE enrol_code (
    code_sha256 TEXT PRIMARY KEY,
    centre INTEGER NOT NULL,
    expires_ms BIGINT NOT NULL,
    used_ms BIGINT
);

-- How far each centre's outbox has been stored, and what is known of the line to it. One row a centre; locked while a batch is stored.
CREATE TABLE link (
    centre INTEGER PRIMARY KEY,
    epoch BIGINT NOT NULL,
    epoch_no INTEGER NOT NULL DEFAULT 0,  -- what the event rows carry; 0: nothing was heard yet
    acked BIGINT NOT NULL,
    head BIGINT NOT NULL,                 -- no alarm while acked < head: a called ticket may not have been sent yet
    heard_ms BIGINT NOT NULL,
    offset_ms BIGINT NOT NULL,            -- central minus hub; added to every instant of that hub
    lost BIGINT NOT NULL DEFAULT 0,       -- rows that the hub no longer had when it was asked for them
    version TEXT NOT NULL DEFAULT '',
    health BYTEA                          -- the newest Heartbeat, JSON
);

-- Epochs of a centre that are over. The newest stands in link.
CREATE TABLE epoch (
    centre INTEGER NOT NULL,
    epoch BIGINT NOT NULL,
    no INTEGER NOT NULL,
    acked BIGINT NOT NULL,
    PRIMARY KEY (centre, epoch)
);

-- Services, counters and kiosks of a centre as small numbers, so that a row is short.
CREATE TABLE word (
    centre INTEGER NOT NULL,
    kind INTEGER NOT NULL,                -- 1 service, 2 counter, 3 kiosk, 4 device, 5 phrase
    id INTEGER NOT NULL,
    word TEXT NOT NULL,
    PRIMARY KEY (centre, kind, id)
);

-- Tickets that are not ended. The promise is what the citizen was told: high_min.
CREATE TABLE open_ticket (
    centre INTEGER NOT NULL,
    epoch BIGINT NOT NULL,
    ticket BIGINT NOT NULL,
    day INTEGER NOT NULL,
    label TEXT NOT NULL,
    service INTEGER NOT NULL,             -- word
    counter INTEGER,                      -- word, once called
    state INTEGER NOT NULL,               -- 0 waiting, 1 called, 2 being served, 3 parked or missed
    issued_ms BIGINT NOT NULL,
    called_ms BIGINT,                     -- of the first call
    started_ms BIGINT,
    marks INTEGER NOT NULL DEFAULT 0,     -- 1: was missed; 2: its time of issue cannot be believed, no figure counts it
    high_min INTEGER NOT NULL,
    due_ms BIGINT NOT NULL,               -- issued + high_min; the alarm adds the threshold of its centre and service
    PRIMARY KEY (centre, epoch, ticket)
);

-- An hour of one service at one centre. Waits in w0 .. w23 by the edges of kiosk.central.rollup.
CREATE TABLE hour_figures (
    centre INTEGER NOT NULL,
    day INTEGER NOT NULL,
    hour INTEGER NOT NULL,                -- of issue, Vietnamese time
    service INTEGER NOT NULL,             -- word
    issued INTEGER NOT NULL DEFAULT 0,
    called INTEGER NOT NULL DEFAULT 0,    -- first calls: those whose wait is known
    served INTEGER NOT NULL DEFAULT 0,
    missed INTEGER NOT NULL DEFAULT 0,
    left_queue INTEGER NOT NULL DEFAULT 0, -- cancelled, withdrawn, expired
    kept INTEGER NOT NULL DEFAULT 0,      -- called not later than told
    late INTEGER NOT NULL DEFAULT 0,      -- called later than told + 15 minutes
    wait_s BIGINT NOT NULL DEFAULT 0,     -- sum over called
    service_s BIGINT NOT NULL DEFAULT 0,  -- sum over served
    w0 INTEGER NOT NULL DEFAULT 0, w1 INTEGER NOT NULL DEFAULT 0, w2 INTEGER NOT NULL DEFAULT 0,
    w3 INTEGER NOT NULL DEFAULT 0, w4 INTEGER NOT NULL DEFAULT 0, w5 INTEGER NOT NULL DEFAULT 0,
    w6 INTEGER NOT NULL DEFAULT 0, w7 INTEGER NOT NULL DEFAULT 0, w8 INTEGER NOT NULL DEFAULT 0,
    w9 INTEGER NOT NULL DEFAULT 0, w10 INTEGER NOT NULL DEFAULT 0, w11 INTEGER NOT NULL DEFAULT 0,
    w12 INTEGER NOT NULL DEFAULT 0, w13 INTEGER NOT NULL DEFAULT 0, w14 INTEGER NOT NULL DEFAULT 0,
    w15 INTEGER NOT NULL DEFAULT 0, w16 INTEGER NOT NULL DEFAULT 0, w17 INTEGER NOT NULL DEFAULT 0,
    w18 INTEGER NOT NULL DEFAULT 0, w19 INTEGER NOT NULL DEFAULT 0, w20 INTEGER NOT NULL DEFAULT 0,
    w21 INTEGER NOT NULL DEFAULT 0, w22 INTEGER NOT NULL DEFAULT 0, w23 INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (centre, day, hour, service)
);
