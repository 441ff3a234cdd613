-- What stands for a dossier in the link by which a citizen wants no more messages about it.
CREATE TABLE citizen_stop (
    code TEXT PRIMARY KEY,
    id BIGINT NOT NULL UNIQUE,            -- random, 40 bits
    stopped_ms BIGINT                     -- NULL: messages are still wanted
);
