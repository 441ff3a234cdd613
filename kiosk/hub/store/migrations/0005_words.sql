-- pre: what a supervisor puts up for visitors, beside the switch that it belongs to.

CREATE TABLE words_up (
    name TEXT PRIMARY KEY,               -- as in setting: "kiosk_closed", "announcement"
    words TEXT NOT NULL                  -- JSON, in both languages
) STRICT, WITHOUT ROWID;
