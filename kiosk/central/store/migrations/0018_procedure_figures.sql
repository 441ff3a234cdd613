-- How long people were served for dossiers of each procedure. A dossier belongs to a visit: the ticket that was at the counter.

-- Visits of dossiers whose day is not counted yet; kiosk.central.rolling takes them away when it is.
CREATE TABLE dossier_visit (
    centre INTEGER NOT NULL,
    epoch INTEGER NOT NULL,               -- event.epoch
    ticket BIGINT NOT NULL,
    code TEXT NOT NULL,                   -- of the dossier
    procedure TEXT NOT NULL,
    day INTEGER NOT NULL,
    PRIMARY KEY (centre, epoch, ticket, code)
);

-- Sums, so that days and centres add up. Nobody who worked there is in them.
CREATE TABLE procedure_figures (
    centre INTEGER NOT NULL,
    day INTEGER NOT NULL,
    procedure TEXT NOT NULL,
    visits INTEGER NOT NULL,              -- each dossier of a visit counts
    spent_s BIGINT NOT NULL,              -- a visit with several dossiers is divided equally among them
    PRIMARY KEY (centre, day, procedure)
);
