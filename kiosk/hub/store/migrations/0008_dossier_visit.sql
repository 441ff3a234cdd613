-- pre: which visits a dossier took, so that the time spent on it is known.

CREATE TABLE dossier_visit (
    code TEXT NOT NULL,                  -- of the dossier
    ticket INTEGER NOT NULL,
    PRIMARY KEY (code, ticket)
) STRICT, WITHOUT ROWID;
