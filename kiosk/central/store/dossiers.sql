-- put: a dossier that is new; no row when the code is known
INSERT INTO dossier (code, centre, handled_by, procedure, status, submitted_ms, due_ms, ended_ms, state, digest,
    secret_hash, person_hash, phone_hash, sealed)
VALUES (:code, :centre, :handled_by, :procedure, :status, :submitted_ms, :due_ms, :ended_ms, :state, :digest,
    :secret_hash, :person_hash, :phone_hash, :sealed)
ON CONFLICT (code) DO NOTHING RETURNING code;

-- digest: of the submission that a code stands for
SELECT digest, state FROM dossier WHERE code = :code;

-- open: all of a dossier
SELECT dossier.state, dossier.centre, dossier.handled_by, dossier.sealed, here.name_vi, here.name_en, ward.name_vi, ward.name_en
FROM dossier LEFT JOIN centre AS here ON here.id = dossier.centre
LEFT JOIN centre AS ward ON ward.code = dossier.handled_by
WHERE dossier.code = :code;

-- open_for_change: all of a dossier, held until the transaction ends
SELECT dossier.state, dossier.centre, dossier.handled_by, dossier.sealed, here.name_vi, here.name_en, ward.name_vi, ward.name_en
FROM dossier LEFT JOIN centre AS here ON here.id = dossier.centre
LEFT JOIN centre AS ward ON ward.code = dossier.handled_by
WHERE dossier.code = :code;

-- change: what an act made of it
UPDATE dossier SET status = :status, due_ms = :due_ms, ended_ms = :ended_ms, state = :state WHERE code = :code;

-- by_code: what a look-up by code compares and shows
SELECT dossier.secret_hash, dossier.state, here.name_vi, here.name_en, ward.name_vi, ward.name_en
FROM dossier LEFT JOIN centre AS here ON here.id = dossier.centre
LEFT JOIN centre AS ward ON ward.code = dossier.handled_by
WHERE dossier.code = :code;

-- by_person: the newest dossiers of somebody
SELECT dossier.code, dossier.state, here.name_vi, here.name_en, ward.name_vi, ward.name_en
FROM dossier LEFT JOIN centre AS here ON here.id = dossier.centre
LEFT JOIN centre AS ward ON ward.code = dossier.handled_by
WHERE dossier.phone_hash = :phone_hash AND dossier.phone_hash <> ''
ORDER BY dossier.submitted_ms DESC LIMIT :limit;

-- of_person: the newest dossiers of somebody that are a centre's business
SELECT state, sealed FROM dossier
WHERE person_hash = :person_hash AND person_hash <> '' AND (centre = :centre OR handled_by = :handled_by)
ORDER BY submitted_ms DESC LIMIT :limit;

-- work_here: what is open at a centre
SELECT state, sealed FROM dossier WHERE centre = :centre AND ended_ms IS NULL
ORDER BY coalesce(due_ms, submitted_ms + 8640000000000) LIMIT :limit;

-- work_from_elsewhere: what other centres received for a ward
SELECT state, sealed FROM dossier WHERE handled_by = :handled_by AND centre <> :centre AND ended_ms IS NULL
ORDER BY coalesce(due_ms, submitted_ms + 8640000000000) LIMIT :limit;

-- count_try: one more, and how many in the last minutes
INSERT INTO look_up_try (who, minute, tries) VALUES (:who, :minute, 1)
ON CONFLICT (who, minute) DO UPDATE SET tries = look_up_try.tries + 1;

-- tries: since a minute
SELECT coalesce(sum(tries), 0) FROM look_up_try WHERE who = :who AND minute > :since;

-- forgive_tries: it was right
DELETE FROM look_up_try WHERE who = :who;

-- forget_tries: what is too old to count
DELETE FROM look_up_try WHERE minute < :before;

-- lock_changes: the only writer needs no other lock
SELECT 1;

-- add_change: one line of what happened
INSERT INTO dossier_change (number, code, at_ms, revision, act, status, done_by, note)
SELECT coalesce(max(number), 0) + 1, :code, :at_ms, :revision, :act, :status, :done_by, :note FROM dossier_change;

-- changes: what happened after a number
SELECT number, code, at_ms, revision, act, status, done_by, note FROM dossier_change
WHERE number > :after ORDER BY number LIMIT :limit;

-- add_paper: the next version of a paper
INSERT INTO dossier_paper (code, paper, version, kind, name, way, pages, sha256, received_ms)
SELECT :code, :paper, coalesce(max(version), 0) + 1, :kind, :name, :way, :pages, :sha256, CAST(:received_ms AS BIGINT)
FROM dossier_paper WHERE code = :code AND paper = :paper;

-- paper_with: whether that very file was announced, and when it came
SELECT version, received_ms FROM dossier_paper WHERE code = :code AND paper = :paper AND sha256 = :sha256
ORDER BY version DESC LIMIT 1;

-- paper_came: the file that was announced
UPDATE dossier_paper SET received_ms = :received_ms, pages = :pages
WHERE code = :code AND paper = :paper AND version = :version;

-- papers: the newest version of each
SELECT paper, kind, name, way, pages, sha256, received_ms, verdict, note, checked_by, checked_ms
FROM dossier_paper AS newest WHERE code = :code AND version =
    (SELECT max(version) FROM dossier_paper WHERE code = newest.code AND paper = newest.paper)
ORDER BY kind, paper;

-- check_paper: what an officer found; no row when there is no such paper
UPDATE dossier_paper SET verdict = :verdict, note = :note, checked_by = :checked_by, checked_ms = :checked_ms
WHERE code = :code AND paper = :paper AND version =
    (SELECT max(version) FROM dossier_paper AS newest WHERE newest.code = :code AND newest.paper = :paper);

-- agency_owner: whose agency it is
SELECT agency.centre, centre.name_vi, centre.name_en FROM agency JOIN centre ON centre.id = agency.centre
WHERE agency.code = :agency;

-- claim_agency: the first who asks has it
INSERT INTO agency (code, centre, since_ms) VALUES (:agency, :centre, :now_ms) ON CONFLICT DO NOTHING;

-- move_agency: an administrator says whose it is
INSERT INTO agency (code, centre, since_ms) VALUES (:agency, :centre, :now_ms)
ON CONFLICT (code) DO UPDATE SET centre = excluded.centre, since_ms = excluded.since_ms;
