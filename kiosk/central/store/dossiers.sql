-- put: a dossier that is new; no row when the code is known
INSERT INTO dossier (code, centre, handled_by, procedure, status, submitted_ms, due_ms, ended_ms, state, digest,
    secret_hash, person_hash, phone_hash, sealed)
VALUES (:code, :centre, :handled_by, :procedure, :status, :submitted_ms, :due_ms, :ended_ms, :state, :digest,
    :secret_hash, :person_hash, :phone_hash, :sealed)
ON CONFLICT (code) DO NOTHING RETURNING code;

-- digest: of the submission that a code stands for
SELECT digest, state FROM dossier WHERE code = :code;

-- open: all of a dossier
SELECT state, centre, handled_by, sealed FROM dossier WHERE code = :code;

-- open_for_change: all of a dossier, held until the transaction ends
SELECT state, centre, handled_by, sealed FROM dossier WHERE code = :code;

-- change: what an act made of it
UPDATE dossier SET status = :status, due_ms = :due_ms, ended_ms = :ended_ms, state = :state WHERE code = :code;

-- by_code: what a look-up by code compares and shows
SELECT secret_hash, state FROM dossier WHERE code = :code;

-- by_person: the newest dossiers of somebody
SELECT state FROM dossier WHERE phone_hash = :phone_hash AND phone_hash <> '' ORDER BY submitted_ms DESC LIMIT :limit;

-- work_here: what is open at a centre
SELECT state FROM dossier WHERE centre = :centre AND ended_ms IS NULL
ORDER BY coalesce(due_ms, submitted_ms + 8640000000000) LIMIT :limit;

-- work_from_elsewhere: what other centres received for a ward
SELECT state FROM dossier WHERE handled_by = :handled_by AND centre <> :centre AND ended_ms IS NULL
ORDER BY coalesce(due_ms, submitted_ms + 8640000000000) LIMIT :limit;

-- count_try: one more, and how many in the last minutes
INSERT INTO look_up_try (who, minute, tries) VALUES (:who, :minute, 1)
ON CONFLICT (who, minute) DO UPDATE SET tries = look_up_try.tries + 1;

-- tries: since a minute
SELECT coalesce(sum(tries), 0) FROM look_up_try WHERE who = :who AND minute > :since;

-- forget_tries: what is too old to count
DELETE FROM look_up_try WHERE minute < :before;
