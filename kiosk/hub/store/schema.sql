-- The whole schema, for reading; the sum of migrations/ (tested).

CREATE TABLE meta (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    epoch INTEGER NOT NULL,              -- changes whenever the database is made anew or restored
    centre TEXT NOT NULL,
    day INTEGER NOT NULL,                -- the day whose tickets are open; an older ticket has expired
    catalogue_version INTEGER NOT NULL,  -- grows with every change of what can be chosen
    catalogue_mark TEXT NOT NULL         -- fingerprint of what can be chosen, to see a change of it
) STRICT;

CREATE TABLE ticket (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    day INTEGER NOT NULL,
    prefix TEXT NOT NULL,
    number INTEGER NOT NULL,
    service TEXT NOT NULL,
    class TEXT NOT NULL,
    state TEXT NOT NULL,
    issued_ms INTEGER NOT NULL,
    queue_ms INTEGER NOT NULL,
    changed_ms INTEGER NOT NULL,
    people_ahead INTEGER NOT NULL,
    p10_s INTEGER NOT NULL,
    p50_s INTEGER NOT NULL,
    p90_s INTEGER NOT NULL,
    low_min INTEGER NOT NULL,
    high_min INTEGER NOT NULL,
    basis TEXT NOT NULL,
    counter TEXT,
    called_ms INTEGER,
    started_ms INTEGER,
    ended_ms INTEGER,
    recalls INTEGER NOT NULL,
    overtaken_ms INTEGER,
    secret TEXT NOT NULL,                -- with the id it is the address of the ticket's public page
    kiosk TEXT NOT NULL,
    print_outcome TEXT NOT NULL DEFAULT '',
    print_reason TEXT NOT NULL DEFAULT '',
    reprints INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE UNIQUE INDEX ticket_number ON ticket (day, prefix, number);
CREATE UNIQUE INDEX ticket_at_counter ON ticket (counter) WHERE state IN ('called', 'serving');
-- Covers the search for whom a call overtakes: with thousands waiting it never visits the tickets themselves.
CREATE INDEX ticket_line ON ticket (service, class, queue_ms, id, overtaken_ms) WHERE state = 'waiting';
CREATE INDEX ticket_parked ON ticket (day, changed_ms) WHERE state = 'parked';
CREATE INDEX ticket_missed ON ticket (day, ended_ms) WHERE state = 'no_show';
CREATE INDEX ticket_print_trouble ON ticket (day, id) WHERE print_outcome IN ('not_printed', 'unknown');

-- How many wait, by service and class: kept by triggers, so that issuing costs the same with ten waiting as with ten thousand.
CREATE TABLE lane (
    service TEXT NOT NULL,
    class TEXT NOT NULL,
    waiting INTEGER NOT NULL CHECK (waiting >= 0),
    PRIMARY KEY (service, class)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER lane_joined AFTER INSERT ON ticket WHEN NEW.state = 'waiting' BEGIN
    INSERT INTO lane (service, class, waiting) VALUES (NEW.service, NEW.class, 1)
    ON CONFLICT (service, class) DO UPDATE SET waiting = waiting + 1;
END;

CREATE TRIGGER lane_left AFTER UPDATE OF state, service ON ticket WHEN OLD.state = 'waiting' BEGIN
    UPDATE lane SET waiting = waiting - 1 WHERE service = OLD.service AND class = OLD.class;
END;

CREATE TRIGGER lane_rejoined AFTER UPDATE OF state, service ON ticket WHEN NEW.state = 'waiting' BEGIN
    INSERT INTO lane (service, class, waiting) VALUES (NEW.service, NEW.class, 1)
    ON CONFLICT (service, class) DO UPDATE SET waiting = waiting + 1;
END;

-- Marks of ID cards for services that need them; emptied when the day ends, and never in a backup.
CREATE TABLE ticket_card (
    ticket INTEGER PRIMARY KEY REFERENCES ticket (id),
    keyed_hash TEXT NOT NULL,
    last4 TEXT NOT NULL
) STRICT;

CREATE INDEX ticket_card_hash ON ticket_card (keyed_hash, ticket);

CREATE TABLE number_series (
    day INTEGER NOT NULL,
    prefix TEXT NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (day, prefix)
) STRICT, WITHOUT ROWID;

-- After a damaged database was set aside, that day's numbers go on above every number that may have been printed.
CREATE TABLE number_floor (
    day INTEGER PRIMARY KEY,
    last INTEGER NOT NULL
) STRICT;

CREATE TABLE call (
    call_id INTEGER PRIMARY KEY AUTOINCREMENT,  -- grows with each call and recall
    day INTEGER NOT NULL,
    ticket INTEGER NOT NULL REFERENCES ticket (id),
    counter TEXT NOT NULL,
    called_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX call_day ON call (day, call_id);
CREATE INDEX call_ticket ON call (ticket, call_id);

CREATE TABLE counter (
    id TEXT PRIMARY KEY,
    services TEXT NOT NULL,              -- JSON list; as a supervisor set it, or as configured
    configured TEXT NOT NULL,            -- JSON list of the configuration that "services" started from
    is_open INTEGER NOT NULL,            -- 0: closed by a supervisor
    holder TEXT,                         -- sign-in name of who works there
    held_ms INTEGER,
    pause_reason TEXT,                   -- NULL: not paused
    priority_run INTEGER NOT NULL,
    others_run INTEGER NOT NULL,
    last_action TEXT                     -- JSON: what it takes to undo a slip
) STRICT;

CREATE UNIQUE INDEX counter_holder ON counter (holder) WHERE holder IS NOT NULL;

-- What a counter did when: the source of open, serving, idle and paused time.
CREATE TABLE counter_span (
    id INTEGER PRIMARY KEY,
    day INTEGER NOT NULL,
    counter TEXT NOT NULL,
    activity TEXT NOT NULL,              -- idle, serving, paused
    from_ms INTEGER NOT NULL,
    to_ms INTEGER
) STRICT;

CREATE UNIQUE INDEX counter_span_running ON counter_span (counter) WHERE to_ms IS NULL;
CREATE INDEX counter_span_day ON counter_span (day, counter);

CREATE TABLE setting (
    name TEXT PRIMARY KEY,               -- "kiosk_closed", "service_closed:<service>"
    changed_ms INTEGER NOT NULL,
    changed_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE words_up (
    name TEXT PRIMARY KEY,               -- as in setting: "kiosk_closed", "announcement"
    words TEXT NOT NULL                  -- JSON, in both languages
) STRICT, WITHOUT ROWID;

CREATE TABLE paper_change (
    kiosk TEXT PRIMARY KEY,
    told_ms INTEGER NOT NULL,            -- somebody at the centre said that paper was put in
    told_by TEXT NOT NULL,
    checked_ms INTEGER                   -- the kiosk has asked its printer since; NULL: not yet
) STRICT, WITHOUT ROWID;

CREATE TABLE kiosk (
    name TEXT PRIMARY KEY,
    seen_ms INTEGER NOT NULL,
    devices TEXT NOT NULL                -- JSON: the last states that it reported
) STRICT, WITHOUT ROWID;

CREATE TABLE print_job (
    id INTEGER PRIMARY KEY,
    ticket INTEGER NOT NULL REFERENCES ticket (id),
    kiosk TEXT NOT NULL,
    reprint INTEGER NOT NULL,
    asked_ms INTEGER NOT NULL,
    done_ms INTEGER
) STRICT;

CREATE INDEX print_job_open ON print_job (kiosk, id) WHERE done_ms IS NULL;
CREATE UNIQUE INDEX print_job_copy ON print_job (ticket, reprint);

-- Answers already given, by request id: a retry gets the same bytes.
CREATE TABLE request (
    request_id TEXT PRIMARY KEY,
    fingerprint BLOB NOT NULL,
    answer BLOB NOT NULL,
    answered_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Which rows of the outbox belong to which epoch: those of a backup keep the name under which they were told.
CREATE TABLE epoch (
    epoch INTEGER PRIMARY KEY,
    first INTEGER NOT NULL               -- the first row of the outbox that belongs to it
) STRICT;

-- Every change, in order: audit trail, input of the wait estimator, and what is sent to central.
CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms INTEGER NOT NULL,
    event TEXT NOT NULL                  -- JSON, see kiosk/wire/events.py
) STRICT;

CREATE TABLE staff (
    name TEXT PRIMARY KEY,
    display_name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('officer', 'supervisor')),
    password_hash TEXT NOT NULL,
    disabled INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
    token_hash TEXT PRIMARY KEY,
    staff TEXT NOT NULL REFERENCES staff (name),
    created_ms INTEGER NOT NULL,
    seen_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX session_staff ON session (staff);

CREATE TABLE token (
    token_hash TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('kiosk', 'hall')),
    name TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    revoked_ms INTEGER
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX token_name ON token (kind, name) WHERE revoked_ms IS NULL;

-- Dossiers on their way to central; what is personal stands sealed beside the database.
CREATE TABLE submission (
    number INTEGER PRIMARY KEY AUTOINCREMENT,  -- the order in which they are sent
    draft TEXT NOT NULL UNIQUE,          -- names the sealed files
    code TEXT NOT NULL UNIQUE,
    submitted_ms INTEGER NOT NULL,
    acked INTEGER NOT NULL DEFAULT 0,    -- central has the submission
    papers_sent INTEGER NOT NULL DEFAULT 0,
    done_ms INTEGER,                     -- central has all of it
    not_before_ms INTEGER NOT NULL DEFAULT 0
) STRICT;
ALTER TABLE submission ADD COLUMN trouble TEXT NOT NULL DEFAULT '';  -- why it was put off, in a word; "": it was not
ALTER TABLE submission ADD COLUMN shown INTEGER NOT NULL DEFAULT 1;

CREATE INDEX submission_open ON submission (number) WHERE done_ms IS NULL;

-- Which visits a dossier took, so that the time spent on it is known.
CREATE TABLE dossier_visit (
    code TEXT NOT NULL,                  -- of the dossier
    ticket INTEGER NOT NULL,
    PRIMARY KEY (code, ticket)
) STRICT, WITHOUT ROWID;
