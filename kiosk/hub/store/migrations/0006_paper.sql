-- pre: paper that was put into a kiosk's printer, until the kiosk has asked its printer.

CREATE TABLE paper_change (
    kiosk TEXT PRIMARY KEY,
    told_ms INTEGER NOT NULL,            -- somebody at the centre said that paper was put in
    told_by TEXT NOT NULL,
    checked_ms INTEGER                   -- the kiosk has asked its printer since; NULL: not yet
) STRICT, WITHOUT ROWID;
