-- Every change of a dossier, in the order of commits: what city adapters and notices to citizens read.
-- Who changes a dossier holds dossiers.lock_changes, so a number that can be seen has no lower one still to come.
CREATE TABLE dossier_change (
    number BIGINT PRIMARY KEY,
    code TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    revision INTEGER NOT NULL,            -- of the dossier after it
    act TEXT NOT NULL,                    -- 'submit', kiosk.dossier.dossier.Act or 'apologise'
    status INTEGER NOT NULL,              -- kiosk.dossier.status, after it
    done_by TEXT NOT NULL,                -- 'citizen' or the officer
    note TEXT NOT NULL                    -- the reasons as the citizen reads them
);
CREATE INDEX dossier_change_of ON dossier_change (code, number);

-- Papers of a dossier. The files are in the vault, named by a keyed hash of code, paper and sha256.
CREATE TABLE dossier_paper (
    code TEXT NOT NULL,
    paper TEXT NOT NULL,
    version INTEGER NOT NULL,             -- the highest is shown; older ones are kept
    kind TEXT NOT NULL,                   -- component, result, form
    name TEXT NOT NULL,
    way TEXT NOT NULL,                    -- kiosk, phone, counter
    pages INTEGER NOT NULL,
    sha256 TEXT NOT NULL,                 -- '' when no file is to follow
    received_ms BIGINT,                   -- of the file; NULL until it is here
    verdict TEXT NOT NULL DEFAULT '',     -- of the officer who compared it with the original
    note TEXT NOT NULL DEFAULT '',
    checked_by TEXT NOT NULL DEFAULT '',
    checked_ms BIGINT,
    PRIMARY KEY (code, paper, version)
);

CREATE INDEX dossier_by_person ON dossier (person_hash, submitted_ms) WHERE person_hash <> '';
