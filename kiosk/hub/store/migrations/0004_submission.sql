-- pre: dossiers on their way to central; what is personal stands sealed beside the database.

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

CREATE INDEX submission_open ON submission (number) WHERE done_ms IS NULL;
