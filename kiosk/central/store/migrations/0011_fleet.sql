-- Remote settings in layers with their history, rollouts of them, what centres report, commands, and who did what.

-- A city, a group, a centre or a kiosk ("25747/kiosk-1"). One draft each, of which revision says whether somebody saved since.
CREATE TABLE settings_layer (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,                     -- '' for the city
    head INTEGER NOT NULL DEFAULT 0,      -- the version that holds; 0: it says nothing
    newest INTEGER NOT NULL DEFAULT 0,
    draft TEXT,                           -- JSON; NULL: nothing that is not published
    revision INTEGER NOT NULL DEFAULT 0,
    draft_by TEXT NOT NULL DEFAULT '',
    draft_ms BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (kind, id)
);

CREATE TABLE settings_version (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    tree TEXT NOT NULL,
    author TEXT NOT NULL,
    reason TEXT NOT NULL,
    made_ms BIGINT NOT NULL,
    PRIMARY KEY (kind, id, version)
);

CREATE TABLE rollout (
    id BIGINT PRIMARY KEY,
    kind TEXT NOT NULL,
    layer TEXT NOT NULL,
    version INTEGER NOT NULL,             -- of the layer
    before INTEGER NOT NULL,              -- what is gone back to
    author TEXT NOT NULL,
    made_ms BIGINT NOT NULL,
    start_ms BIGINT NOT NULL,
    limit_percent INTEGER NOT NULL,       -- more ill centres of a wave stop it
    state TEXT NOT NULL,                  -- scheduled, running, done, gone_back, cancelled
    wave INTEGER NOT NULL DEFAULT -1,
    wave_ms BIGINT NOT NULL DEFAULT 0,
    ended_ms BIGINT NOT NULL DEFAULT 0,
    ended_by TEXT NOT NULL DEFAULT ''     -- '' for central itself
);
-- One layer is rolled out once at a time.
CREATE UNIQUE INDEX rollout_open ON rollout (kind, layer) WHERE state IN ('scheduled', 'running');
CREATE INDEX rollout_made ON rollout (made_ms);

CREATE TABLE rollout_target (
    rollout BIGINT NOT NULL,
    centre INTEGER NOT NULL,
    wave INTEGER NOT NULL,
    version BIGINT NOT NULL DEFAULT 0,    -- of the centre's document; 0: not given yet
    PRIMARY KEY (rollout, centre)
);

-- What a centre is to run with. pins: JSON, "kind:id" to the version of that layer.
CREATE TABLE centre_settings (
    centre INTEGER PRIMARY KEY,
    version BIGINT NOT NULL DEFAULT 0,    -- only goes up
    pins TEXT NOT NULL DEFAULT '{}',
    command BIGINT NOT NULL DEFAULT 0,    -- number of the newest command
    change_no BIGINT NOT NULL             -- settings_clock when it was changed last
);
CREATE INDEX centre_settings_change ON centre_settings (change_no);

-- Grows with each change, in the transaction that makes it: the row is locked until the commit, so no change is overlooked.
CREATE TABLE settings_clock (
    id INTEGER PRIMARY KEY,
    n BIGINT NOT NULL
);
INSERT INTO settings_clock (id, n) VALUES (1, 0);

CREATE TABLE centre_report (
    centre INTEGER PRIMARY KEY,
    version BIGINT NOT NULL,
    refused BIGINT NOT NULL,
    state TEXT NOT NULL,
    ill INTEGER NOT NULL,                 -- how many of its parts
    reported_ms BIGINT NOT NULL,
    report TEXT NOT NULL,                 -- JSON of FleetReport without ``own``
    own TEXT NOT NULL DEFAULT '',         -- JSON: what the centre's own file says
    own_sha256 TEXT NOT NULL DEFAULT ''
);

CREATE TABLE command (
    centre INTEGER NOT NULL,
    number BIGINT NOT NULL,
    kind TEXT NOT NULL,
    target TEXT NOT NULL,
    author TEXT NOT NULL,
    issued_ms BIGINT NOT NULL,
    expires_ms BIGINT NOT NULL,
    state TEXT NOT NULL DEFAULT 'open',   -- open, done, failed, expired, refused
    detail TEXT NOT NULL DEFAULT '',
    done_ms BIGINT NOT NULL DEFAULT 0,
    attachment BYTEA,
    attachment_kind TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (centre, number)
);
CREATE INDEX command_issued ON command (issued_ms);

-- When a device came into a state that it was not in before.
CREATE TABLE device_state (
    centre INTEGER NOT NULL,
    part TEXT NOT NULL,                   -- the kiosk; 'hub' for counter displays
    device TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    kind TEXT NOT NULL,
    condition TEXT NOT NULL,              -- XFS: online, offline, no_device …
    paper TEXT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (centre, part, device, at_ms)
);
CREATE INDEX device_state_at ON device_state (at_ms);

CREATE TABLE audit (
    at_ms BIGINT NOT NULL,
    id BIGINT NOT NULL,                   -- random, 40 bits
    author TEXT NOT NULL,
    act TEXT NOT NULL,                    -- saved, published, went_back, cancelled, ordered …
    subject TEXT NOT NULL,                -- "city", "group thu-duc", "centre 25747", "kiosk 25747/kiosk-1"
    centre TEXT NOT NULL DEFAULT '',      -- whose scope it is in: code of the centre,
    group_id TEXT NOT NULL DEFAULT '',    -- or the group; both '' for the city
    detail TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (at_ms, id)
);
