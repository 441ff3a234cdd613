-- Warnings: which waiting tickets are to be looked at when, incidents, and what people are told of them.

-- Nobody looks at a ticket before its promise has ended (due_ms); then look_ms says when it is worth another look.
ALTER TABLE open_ticket ADD COLUMN look_ms BIGINT;
ALTER TABLE open_ticket ADD COLUMN stage INTEGER NOT NULL DEFAULT 0; -- 0 in time, 1 soon too late, 2 over the limit

-- Two ways to what is due: the oldest anywhere, and, where lines that are down leave thousands at the head, centre by centre.
CREATE INDEX open_ticket_due ON open_ticket ((COALESCE(look_ms, due_ms))) WHERE state = 0 AND called_ms IS NULL;
CREATE INDEX open_ticket_look ON open_ticket (centre, (COALESCE(look_ms, due_ms))) WHERE state = 0 AND called_ms IS NULL;
CREATE INDEX open_ticket_late ON open_ticket (centre, service, stage, issued_ms)
    WHERE state = 0 AND called_ms IS NULL AND stage > 0;

CREATE TABLE incident (
    centre INTEGER NOT NULL,
    id BIGINT NOT NULL,                   -- random, 40 bits: workers need no common counter
    kind INTEGER NOT NULL,                -- 1 somebody waits too long, 2 the centre is silent
    service INTEGER NOT NULL,             -- word; 0 for kind 2
    stage INTEGER NOT NULL,               -- 1 soon, 2 raised
    opened_ms BIGINT NOT NULL,
    raised_ms BIGINT,
    since_ms BIGINT NOT NULL,             -- when the first of its tickets was issued; kind 2: when the centre was last heard
    joined INTEGER NOT NULL DEFAULT 0,    -- tickets that passed the limit while it was open
    longest_s BIGINT NOT NULL DEFAULT 0,  -- the longest wait among them that was seen
    level INTEGER NOT NULL DEFAULT 1,     -- one more with each escalation
    acked_ms BIGINT,
    acked_by TEXT,
    calm_ms BIGINT,                       -- since when nobody has been near the limit
    closed_ms BIGINT,
    PRIMARY KEY (centre, id)
);
-- Two workers that see the same late ticket cannot open two.
CREATE UNIQUE INDEX incident_open ON incident (centre, service) WHERE closed_ms IS NULL;
CREATE INDEX incident_closed ON incident (closed_ms);
CREATE INDEX incident_opened ON incident (centre, opened_ms);

CREATE TABLE notice (
    centre INTEGER NOT NULL,
    incident BIGINT NOT NULL,
    channel TEXT NOT NULL,
    kind TEXT NOT NULL,                   -- early, raised, escalated, recovered, silent
    level INTEGER NOT NULL,
    id BIGINT NOT NULL UNIQUE,            -- random, 40 bits: what the link in the message names
    state INTEGER NOT NULL DEFAULT 0,     -- 0 to be sent, 1 sent, 2 given up, 3 no longer needed
    made_ms BIGINT NOT NULL,
    due_ms BIGINT NOT NULL,               -- when to try, again after a failure
    tries INTEGER NOT NULL DEFAULT 0,
    lease_ms BIGINT NOT NULL DEFAULT 0,   -- until then the worker that claimed it has it
    done_ms BIGINT,
    problem TEXT NOT NULL DEFAULT '',     -- what the last try ran into
    PRIMARY KEY (centre, incident, channel, kind, level)
);
CREATE INDEX notice_incident ON notice (incident);
CREATE INDEX notice_due ON notice (channel, due_ms) WHERE state = 0;

-- Keys that the workers share, made by the first of them.
CREATE TABLE shared_key (
    name TEXT PRIMARY KEY,
    secret BYTEA NOT NULL
);
