-- Versions of procedures. What comes with the product is none of them: it holds where the city has released nothing.
CREATE TABLE procedure_version (
    code TEXT NOT NULL,
    version INTEGER NOT NULL,             -- counts up for each code
    state INTEGER NOT NULL,               -- 0 draft, 1 released, 2 put aside
    effective_from INTEGER NOT NULL,      -- a day like 20260701; 0: always
    content TEXT NOT NULL,                -- kiosk.dossier.procedures.Procedure as JSON
    origin TEXT NOT NULL,                 -- name of the file that it came from
    imported_by TEXT NOT NULL,
    imported_ms BIGINT NOT NULL,
    reviewed_by TEXT NOT NULL DEFAULT '',
    reviewed_ms BIGINT,
    PRIMARY KEY (code, version)
);
CREATE UNIQUE INDEX procedure_draft ON procedure_version (code) WHERE state = 0;
CREATE INDEX procedure_released ON procedure_version (reviewed_ms) WHERE state = 1;
