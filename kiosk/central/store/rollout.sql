-- tick: the next number of a change; its row stays locked until the commit
UPDATE settings_clock SET n = n + 1 WHERE id = 1 RETURNING n;

-- clock: how many changes there were
SELECT n FROM settings_clock WHERE id = 1;

-- changed: what centres are to run with, changed since then
SELECT cs.centre, cs.version, cs.pins, cs.command, cs.change_no FROM centre_settings AS cs WHERE cs.change_no > :since;

-- pins: what these centres are to run with
SELECT centre, pins FROM centre_settings WHERE centre = ANY(:centres);

-- set_pins: a centre is to run with something else
INSERT INTO centre_settings (centre, version, pins, change_no) VALUES (:centre, 1, :pins, :change_no)
ON CONFLICT (centre) DO UPDATE SET version = centre_settings.version + 1, pins = excluded.pins, change_no = excluded.change_no;

-- pass_versions: what every centre is to run with gets a version far beyond the one it had
UPDATE centre_settings SET version = version + :by, change_no = :change_no WHERE version > 0;

-- versions_of: the versions of these centres
SELECT centre, version FROM centre_settings WHERE centre = ANY(:centres);

-- unpinned: centres with a hub that are to run with nothing yet
SELECT link.centre FROM link WHERE NOT EXISTS (SELECT 1 FROM centre_settings AS cs WHERE cs.centre = link.centre AND cs.version > 0);

-- centres: all centres, and when they were last heard
SELECT centre.id, centre.code, centre.group_id, coalesce(link.heard_ms, 0)
FROM centre LEFT JOIN link ON link.centre = centre.id;

-- last: the highest number that was given to a rollout
SELECT coalesce(max(id), 0) FROM rollout;

-- add: a rollout
INSERT INTO rollout (id, kind, layer, version, before, author, made_ms, start_ms, limit_percent, state)
VALUES (:id, :kind, :layer, :version, :before, :author, :made_ms, :start_ms, :limit_percent, 'scheduled');

-- add_target: a centre that it concerns, and in which wave
INSERT INTO rollout_target (rollout, centre, wave) VALUES (:rollout, :centre, :wave);

-- is_open: whether this layer is being rolled out
SELECT id FROM rollout WHERE kind = :kind AND layer = :layer AND state IN ('scheduled', 'running');

-- any_open: whether anything is to be watched
SELECT id FROM rollout WHERE state = 'running' OR (state = 'scheduled' AND start_ms <= :now_ms);

-- one: a rollout
SELECT id, kind, layer, version, before, author, made_ms, start_ms, limit_percent, state, wave, wave_ms, ended_ms, ended_by
FROM rollout WHERE id = :id;

-- recent: the newest rollouts
SELECT id, kind, layer, version, before, author, made_ms, start_ms, limit_percent, state, wave, wave_ms, ended_ms, ended_by
FROM rollout ORDER BY (state IN ('scheduled', 'running')) DESC, made_ms DESC LIMIT :most;

-- open_of_layer: of one layer, the newest first
SELECT id, kind, layer, version, before, author, made_ms, start_ms, limit_percent, state, wave, wave_ms, ended_ms, ended_by
FROM rollout WHERE kind = :kind AND layer = :layer ORDER BY id DESC LIMIT 20;

-- lock: to take its next step
SELECT id FROM rollout WHERE id = :id AND state IN ('scheduled', 'running');

-- set_wave: a wave begins
UPDATE rollout SET state = 'running', wave = :wave, wave_ms = :now_ms WHERE id = :id;

-- finish: it has ended
UPDATE rollout SET state = :state, ended_ms = :now_ms, ended_by = :author WHERE id = :id;

-- wave_centres: the centres of one wave
SELECT centre FROM rollout_target WHERE rollout = :id AND wave = :wave;

-- given_centres: those that have been given it
SELECT centre FROM rollout_target WHERE rollout = :id AND version > 0;

-- give: the version in which a centre gets it
UPDATE rollout_target SET version = :version WHERE rollout = :id AND centre = :centre;

-- waves: how many waves there are
SELECT coalesce(max(wave), -1) + 1 FROM rollout_target WHERE rollout = :id;

-- outcomes: how the centres of each wave fare; what a later rollout has given to a centre since is blamed on that one
WITH later AS (
    SELECT o.centre, o.version FROM rollout AS x JOIN rollout_target AS o ON o.rollout = x.id
    WHERE x.state = 'running' AND o.version > 0
), judged AS (
    SELECT t.centre, t.wave, t.version, t.why,
        coalesce((SELECT min(l.version) FROM later AS l WHERE l.centre = t.centre AND l.version > t.version), 4611686018427387904) AS until
    FROM rollout_target AS t WHERE t.rollout = :id
)
SELECT t.wave,
    CASE WHEN t.version = 0 THEN 'later'
        WHEN t.why <> '' THEN 'ill'
        WHEN r.refused >= t.version AND r.refused < t.until THEN 'ill'
        WHEN r.version >= t.version AND r.version < t.until AND (r.ill > 0 OR r.state = 'rolled_back') THEN 'ill'
        WHEN r.version >= t.version AND r.state = 'applied' THEN 'done'
        WHEN r.version >= t.version THEN 'waiting'
        WHEN link.heard_ms >= :heard_since_ms THEN 'open'
        ELSE 'away' END AS outcome,
    count(*)
FROM judged AS t LEFT JOIN centre_report AS r ON r.centre = t.centre LEFT JOIN link ON link.centre = t.centre
GROUP BY 1, 2;

-- judge_anew: a centre got another document than this rollout's, which those under way there are judged by from now on
UPDATE rollout_target SET version = :version WHERE centre = :centre AND version > 0 AND rollout <> :id
    AND rollout IN (SELECT x.id FROM rollout AS x WHERE x.state = 'running');

-- ill_reports: what the centres said that it did harm to
WITH later AS (
    SELECT o.centre, o.version FROM rollout AS x JOIN rollout_target AS o ON o.rollout = x.id
    WHERE x.state = 'running' AND o.version > 0
), judged AS (
    SELECT t.centre, t.wave, t.version, t.why,
        coalesce((SELECT min(l.version) FROM later AS l WHERE l.centre = t.centre AND l.version > t.version), 4611686018427387904) AS until
    FROM rollout_target AS t WHERE t.rollout = :id
)
SELECT t.centre, r.report FROM judged AS t JOIN centre_report AS r ON r.centre = t.centre
WHERE t.version > 0 AND ((r.refused >= t.version AND r.refused < t.until)
    OR (r.version >= t.version AND r.version < t.until AND (r.ill > 0 OR r.state = 'rolled_back')));

-- keep_why: so that it can be read when the centre is well again
UPDATE rollout_target SET why = :why WHERE rollout = :id AND centre = :centre;

-- targets: how each centre fares
WITH later AS (
    SELECT o.centre, o.version FROM rollout AS x JOIN rollout_target AS o ON o.rollout = x.id
    WHERE x.state = 'running' AND o.version > 0
), judged AS (
    SELECT t.centre, t.wave, t.version, t.why,
        coalesce((SELECT min(l.version) FROM later AS l WHERE l.centre = t.centre AND l.version > t.version), 4611686018427387904) AS until
    FROM rollout_target AS t WHERE t.rollout = :id
)
SELECT centre.code, centre.name_vi, centre.name_en, t.wave, t.version, coalesce(link.heard_ms, 0), coalesce(r.version, 0),
    coalesce(r.refused, 0), coalesce(r.state, ''), coalesce(r.ill, 0), coalesce(r.report, ''), t.why, t.until
FROM judged AS t JOIN centre ON centre.id = t.centre
    LEFT JOIN centre_report AS r ON r.centre = t.centre LEFT JOIN link ON link.centre = t.centre
ORDER BY t.wave, centre.code;

-- to_welcome: whether a centre with a hub was never told anything while a layer says something
SELECT 1 FROM link WHERE EXISTS (SELECT 1 FROM settings_layer WHERE head > 0)
    AND NOT EXISTS (SELECT 1 FROM centre_settings AS cs WHERE cs.centre = link.centre AND cs.version > 0) LIMIT 1;

-- holding: which version of which layer holds where nothing else was given: not one that is just being rolled out
SELECT l.kind, l.id, coalesce((
    SELECT r.before FROM rollout AS r WHERE r.kind = l.kind AND r.layer = l.id AND r.state IN ('scheduled', 'running')
), l.head) FROM settings_layer AS l WHERE l.head > 0;

-- target_centres: the centres that a rollout is for
SELECT centre FROM rollout_target WHERE rollout = :id;
