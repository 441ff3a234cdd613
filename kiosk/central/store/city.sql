-- said: what the city's system said last about a dossier
SELECT status, at_ms FROM city_said WHERE code = :code;

-- note_said: the newest word on a dossier
INSERT INTO city_said (code, status, local_status, at_ms, seen_ms) VALUES (:code, :status, :local_status, :at_ms, :seen_ms)
ON CONFLICT (code) DO UPDATE SET status = excluded.status, local_status = excluded.local_status,
    at_ms = excluded.at_ms, seen_ms = excluded.seen_ms;

-- set_aside: a line that could not be followed
INSERT INTO city_aside (id, origin, code, local_status, said_at, note, why, seen_ms)
VALUES (:id, :origin, :code, :local_status, :said_at, :note, :why, :seen_ms)
ON CONFLICT (id) DO UPDATE SET why = excluded.why, seen_ms = excluded.seen_ms;

-- aside: the newest lines that were set aside
SELECT id, origin, code, local_status, said_at, note, why, seen_ms FROM city_aside ORDER BY seen_ms DESC, id LIMIT :limit;

-- count_aside: how many there are
SELECT count(*) FROM city_aside;

-- take_aside: one of them, to be tried again or given up
DELETE FROM city_aside WHERE id = :id RETURNING origin, code, local_status, said_at, note;

-- differing: dossiers about which the two do not agree
SELECT dossier.code, dossier.status, city_said.status, city_said.local_status FROM dossier
JOIN city_said ON city_said.code = dossier.code
WHERE dossier.status <> city_said.status ORDER BY dossier.code LIMIT :limit;

-- missing_there: dossiers that the city's system has never spoken of
SELECT dossier.code, dossier.status FROM dossier LEFT JOIN city_said ON city_said.code = dossier.code
WHERE dossier.submitted_ms < :before_ms AND (dossier.ended_ms IS NULL OR dossier.ended_ms > :ended_since_ms)
    AND city_said.code IS NULL
ORDER BY dossier.code LIMIT :limit;

-- missing_here: what the city's system speaks of and nobody here knows
SELECT city_said.code, city_said.status, city_said.local_status FROM city_said
LEFT JOIN dossier ON dossier.code = city_said.code
WHERE dossier.code IS NULL AND city_said.seen_ms > :since_ms ORDER BY city_said.code LIMIT :limit;

-- compared: how many dossiers both know
SELECT count(*) FROM city_said JOIN dossier ON dossier.code = city_said.code;

-- put_report: of a day, once
INSERT INTO city_report (day, made_ms, content) VALUES (:day, :made_ms, :content) ON CONFLICT (day) DO NOTHING;

-- has_report: of a day
SELECT 1 FROM city_report WHERE day = :day;

-- reports: the newest ones
SELECT day, made_ms, content FROM city_report ORDER BY day DESC LIMIT :limit;

-- to_ask: dossiers whose state at the city's system is asked next: what it was told of since
SELECT DISTINCT code FROM delivery WHERE consumer = :consumer AND state = 1 AND done_ms > :since_ms ORDER BY code LIMIT :limit;
