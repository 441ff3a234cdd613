-- lock: one worker migrates, the others wait for the end of its transaction
SELECT pg_advisory_xact_lock(:key);

-- has_version: whether any migration was carried out
SELECT to_regclass('schema_version') IS NOT NULL;

-- version: the newest migration that was carried out
SELECT max(version) FROM schema_version;

-- set_version: note a migration
INSERT INTO schema_version (version) VALUES (:version);
