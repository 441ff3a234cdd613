-- Dossiers. Personal data only in `sealed` (AES-256-GCM) and, for looking up, as keyed hashes.
CREATE TABLE dossier (
    code TEXT PRIMARY KEY,
    centre INTEGER NOT NULL,              -- that received it
    handled_by TEXT NOT NULL,             -- code of the ward that it is for
    procedure TEXT NOT NULL,
    status INTEGER NOT NULL,              -- kiosk.dossier.status
    submitted_ms BIGINT NOT NULL,
    due_ms BIGINT,
    ended_ms BIGINT,
    state TEXT NOT NULL,                  -- kiosk.dossier.dossier.Dossier as JSON; the columns above are read from it
    digest TEXT NOT NULL,                 -- of the submission: the same code with another content is refused
    secret_hash TEXT NOT NULL,            -- keyed
    person_hash TEXT NOT NULL,            -- keyed, of the personal number; '' without one
    phone_hash TEXT NOT NULL,             -- keyed, of person and last four digits of the phone; '' without them
    sealed BYTEA NOT NULL
);
CREATE INDEX dossier_of_person ON dossier (phone_hash, submitted_ms) WHERE phone_hash <> '';
CREATE INDEX dossier_work ON dossier (centre, status, due_ms) WHERE ended_ms IS NULL;
CREATE INDEX dossier_work_elsewhere ON dossier (handled_by, status, due_ms) WHERE ended_ms IS NULL;

-- Guesses: per kiosk and per code, by the minute. Forgotten after an hour.
CREATE TABLE look_up_try (
    who TEXT NOT NULL,
    minute BIGINT NOT NULL,
    tries INTEGER NOT NULL,
    PRIMARY KEY (who, minute)
);
CREATE INDEX look_up_old ON look_up_try (minute);
