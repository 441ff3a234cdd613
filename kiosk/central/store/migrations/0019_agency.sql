-- What the codes of a centre's dossiers begin with. One agency belongs to one centre, or its codes would be given twice; a centre that
-- changes its agency keeps the old one, for the codes that it gave.

CREATE TABLE agency (
    code TEXT PRIMARY KEY,
    centre INTEGER NOT NULL,
    since_ms BIGINT NOT NULL
);
