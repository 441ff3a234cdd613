-- How promises of waits were kept, as hubs measure it at the end of a day. Counts, so that days and centres add up.

CREATE TABLE kept_promises (
    centre INTEGER NOT NULL,
    day INTEGER NOT NULL,
    service INTEGER NOT NULL,
    called INTEGER NOT NULL,
    under_p10 INTEGER NOT NULL,           -- waited no longer than each promised quantile
    under_p50 INTEGER NOT NULL,
    under_p90 INTEGER NOT NULL,
    late INTEGER NOT NULL,                -- called later than the promised high end and the patience on top of it
    PRIMARY KEY (centre, day, service)
);
