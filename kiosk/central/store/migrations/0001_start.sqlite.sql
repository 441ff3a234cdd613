-- Every event once. The key groups a centre's rows in the order of time, so that a day of it lies together and no second
-- index is needed; what is new is told by link.acked.
CREATE TABLE event (
    centre INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    epoch INTEGER NOT NULL,               -- link.epoch_no, epoch.no
    seq INTEGER NOT NULL,
    kind INTEGER NOT NULL,                -- kiosk.central.layout
    ticket INTEGER NOT NULL,              -- 0: none
    service INTEGER NOT NULL,             -- word; 0: none
    counter INTEGER NOT NULL,             -- word; 0: none
    detail BLOB NOT NULL,                 -- the rest of it, see kiosk.central.layout
    PRIMARY KEY (centre, at_ms, epoch, seq)
) WITHOUT ROWID;
