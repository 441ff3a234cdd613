-- released: all versions that were released, in the order of their release
SELECT content FROM procedure_version WHERE state = 1 ORDER BY reviewed_ms, code, version;

-- tag: what changes when something is released
SELECT count(*), coalesce(max(reviewed_ms), 0) FROM procedure_version WHERE state = 1;

-- drafts: what waits for a review
SELECT content, origin, imported_by, imported_ms, version FROM procedure_version WHERE state = 0 ORDER BY code
LIMIT :limit;

-- count_drafts: how many wait for a review
SELECT count(*) FROM procedure_version WHERE state = 0;

-- draft: of one procedure
SELECT content, origin, imported_by, imported_ms, version FROM procedure_version WHERE code = :code AND state = 0;

-- put_aside: a draft that was replaced or refused
UPDATE procedure_version SET state = 2, reviewed_by = :by, reviewed_ms = :now_ms WHERE code = :code AND state = 0;

-- add_draft: a new version, the next of its code
INSERT INTO procedure_version (code, version, state, effective_from, content, origin, imported_by, imported_ms)
SELECT :code, coalesce(max(version), 0) + 1, 0, :effective_from, :content, :origin, :by, :now_ms
FROM procedure_version WHERE code = :code;

-- release: a draft; no row when it is not the version that was looked at
UPDATE procedure_version SET state = 1, effective_from = :effective_from, content = :content, reviewed_by = :by,
    reviewed_ms = :now_ms
WHERE code = :code AND version = :version AND state = 0;

-- versions: of one procedure, the newest first
SELECT version, state, effective_from, origin, imported_by, imported_ms, reviewed_by, reviewed_ms
FROM procedure_version WHERE code = :code ORDER BY version DESC LIMIT 50;
