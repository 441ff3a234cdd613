-- look_all_again: the configuration may have changed: every late ticket gets a fresh look
UPDATE open_ticket SET look_ms = NULL WHERE state = 0 AND called_ms IS NULL AND look_ms IS NOT NULL;

-- due_head: of the oldest that are due anywhere: how many there are, and how many of them can be believed
SELECT COUNT(*), COALESCE(SUM(CASE
    WHEN link.acked >= link.head AND link.heard_ms >= :heard_since_ms AND link.heard_ms >= t.moment_ms
        AND t.day = :day AND t.marks < 2 THEN 1
    ELSE 0 END), 0)
FROM (
    SELECT centre, day, marks, COALESCE(look_ms, due_ms) AS moment_ms FROM open_ticket
    WHERE state = 0 AND called_ms IS NULL AND COALESCE(look_ms, due_ms) <= :now_ms
    ORDER BY COALESCE(look_ms, due_ms) LIMIT :most
) AS t JOIN link ON link.centre = t.centre;

-- due_for_look: waiting tickets whose moment has come, where the line is up and nothing of the hub is missing: it spoke
-- after that moment, for what it said before may have changed since
SELECT centre.id, centre.code, centre.group_id, t.epoch, t.ticket, t.service, word.word, t.issued_ms, t.due_ms, t.stage
FROM open_ticket AS t CROSS JOIN link ON link.centre = t.centre
    JOIN centre ON centre.id = link.centre
    JOIN word ON word.centre = t.centre AND word.kind = 1 AND word.id = t.service
WHERE t.state = 0 AND t.called_ms IS NULL AND COALESCE(t.look_ms, t.due_ms) <= :now_ms AND t.day = :day AND t.marks < 2
    AND link.acked >= link.head AND link.heard_ms >= :heard_since_ms AND link.heard_ms >= COALESCE(t.look_ms, t.due_ms)
ORDER BY COALESCE(t.look_ms, t.due_ms) LIMIT :most;

-- due_of_each: the same, centre by centre, past all whose line is down
SELECT centre.id, centre.code, centre.group_id, t.epoch, t.ticket, t.service, word.word, t.issued_ms, t.due_ms, t.stage
FROM link CROSS JOIN open_ticket AS t ON t.centre = link.centre
    CROSS JOIN centre ON centre.id = link.centre
    CROSS JOIN word ON word.centre = t.centre AND word.kind = 1 AND word.id = t.service
WHERE link.acked >= link.head AND link.heard_ms >= :heard_since_ms
    AND t.state < 1 AND t.called_ms IS NULL AND COALESCE(t.look_ms, t.due_ms) <= MIN(:now_ms, link.heard_ms)
    AND t.day = :day AND t.marks < 2
LIMIT :most;

-- is_due: whether there is any of those
SELECT 1 FROM link CROSS JOIN open_ticket AS t ON t.centre = link.centre
WHERE link.acked >= link.head AND link.heard_ms >= :heard_since_ms
    AND t.state < 1 AND t.called_ms IS NULL AND COALESCE(t.look_ms, t.due_ms) <= MIN(:now_ms, link.heard_ms)
    AND t.day = :day AND t.marks < 2
LIMIT 1;

-- mark_looked: what was seen, and when to look again
UPDATE open_ticket SET stage = :stage, look_ms = :look_ms WHERE centre = :centre AND epoch = :epoch AND ticket = :ticket;

-- open_incident: of a centre and service, or of a silent centre; no row changes when there is one already
INSERT INTO incident (centre, id, kind, service, stage, opened_ms, raised_ms, since_ms)
VALUES (:centre, :id, :kind, :service, :stage, :now_ms, :raised_ms, :since_ms)
ON CONFLICT (centre, service) WHERE closed_ms IS NULL DO NOTHING;

-- raise_incident: from an early word to the warning itself; one row for the worker that did it
UPDATE incident SET stage = 2, raised_ms = :now_ms
WHERE centre = :centre AND service = :service AND closed_ms IS NULL AND stage = 1;

-- join_incident: more tickets; no row when it was closed meanwhile
UPDATE incident SET joined = joined + :joined, calm_ms = NULL,
    since_ms = CASE WHEN since_ms > :since_ms THEN :since_ms ELSE since_ms END,
    longest_s = CASE WHEN longest_s < :longest_s THEN :longest_s ELSE longest_s END
WHERE centre = :centre AND service = :service AND closed_ms IS NULL
RETURNING id, level;

-- standing: open incidents with what is known of them now; LEFT so that SQLite begins with them, there are few
SELECT incident.centre, incident.id, centre.code, centre.group_id, COALESCE(word.word, ''), incident.kind,
    incident.stage, incident.raised_ms, incident.acked_ms, incident.level, incident.calm_ms, incident.longest_s,
    CASE WHEN (incident.kind = 2 OR link.acked >= link.head) AND link.heard_ms >= :heard_since_ms THEN 1 ELSE 0 END,
    (SELECT COUNT(*) FROM open_ticket AS t WHERE t.centre = incident.centre AND t.service = incident.service
        AND t.state = 0 AND t.called_ms IS NULL AND t.stage > 0 AND t.day = :day),
    (SELECT MIN(t.issued_ms) FROM open_ticket AS t WHERE t.centre = incident.centre AND t.service = incident.service
        AND t.state = 0 AND t.called_ms IS NULL AND t.stage > 0 AND t.day = :day),
    incident.opened_ms
FROM incident LEFT JOIN centre ON centre.id = incident.centre LEFT JOIN link ON link.centre = incident.centre
    LEFT JOIN word ON word.centre = incident.centre AND word.kind = 1 AND word.id = incident.service
WHERE incident.closed_ms IS NULL;

-- lock_incident: to take its next step; no row when another worker has it, or when it is closed
SELECT id FROM incident WHERE centre = :centre AND id = :id AND closed_ms IS NULL;

-- note_longest: the longest wait so far
UPDATE incident SET longest_s = :longest_s WHERE centre = :centre AND id = :id AND longest_s < :longest_s;

-- calm: nobody is near the limit since now
UPDATE incident SET calm_ms = :now_ms WHERE centre = :centre AND id = :id;

-- stir: somebody is near the limit again
UPDATE incident SET calm_ms = NULL WHERE centre = :centre AND id = :id;

-- escalate: nobody has acknowledged it; one row for the worker that did it
UPDATE incident SET level = level + 1
WHERE centre = :centre AND id = :id AND closed_ms IS NULL AND acked_ms IS NULL AND level = :level;

-- close: it ended by itself; one row for the worker that did it
UPDATE incident SET closed_ms = :now_ms WHERE centre = :centre AND id = :id AND closed_ms IS NULL;

-- last_heard: how many centres there are, and when any of them was heard last
SELECT COUNT(*), MAX(heard_ms) FROM link;

-- newly_silent: centres that have not been heard from and of which nobody knows yet
SELECT link.centre, centre.code, centre.group_id, link.heard_ms
FROM link JOIN centre ON centre.id = link.centre
    LEFT JOIN incident ON incident.centre = link.centre AND incident.service = 0 AND incident.closed_ms IS NULL
WHERE link.heard_ms < :heard_before_ms AND incident.id IS NULL;

-- acknowledge: somebody takes it on; one row when nobody had
UPDATE incident SET acked_ms = :now_ms, acked_by = :by
WHERE centre = :centre AND id = :id AND closed_ms IS NULL AND acked_ms IS NULL;

-- listed: open incidents, and those closed since, newest first
SELECT incident.centre, incident.id, incident.kind, incident.service, incident.stage, incident.opened_ms,
    incident.raised_ms, incident.since_ms, incident.joined, incident.longest_s, incident.level, incident.acked_ms,
    incident.acked_by, incident.closed_ms, centre.code, centre.group_id, centre.name_vi, centre.name_en,
    COALESCE(word.word, ''),
    CASE WHEN incident.closed_ms IS NULL THEN (SELECT COUNT(*) FROM open_ticket AS t
        WHERE t.centre = incident.centre AND t.service = incident.service AND t.state = 0 AND t.called_ms IS NULL
            AND t.stage > 0 AND t.stage >= incident.stage) ELSE 0 END,
    CASE WHEN incident.closed_ms IS NULL THEN (SELECT MIN(t.issued_ms) FROM open_ticket AS t
        WHERE t.centre = incident.centre AND t.service = incident.service AND t.state = 0 AND t.called_ms IS NULL
            AND t.stage > 0) END
FROM incident JOIN centre ON centre.id = incident.centre
    LEFT JOIN word ON word.centre = incident.centre AND word.kind = 1 AND word.id = incident.service
WHERE (:only = 0 OR incident.id = :only)
    AND (incident.closed_ms IS NULL OR incident.closed_ms >= :closed_since_ms)
ORDER BY incident.opened_ms DESC, incident.id;

-- claim_clock_set: one row for the first worker that noticed
INSERT INTO shared_key (name, secret) VALUES ('clock-set', :now)
ON CONFLICT (name) DO UPDATE SET secret = excluded.secret
WHERE shared_key.secret < :since OR shared_key.secret > :until;

-- clock_set_forward: what was stamped before the clock was set belongs to the new time
UPDATE open_ticket SET issued_ms = issued_ms + :by_ms, due_ms = due_ms + :by_ms, look_ms = NULL
WHERE state = 0 AND called_ms IS NULL AND issued_ms <= :before_ms;

-- heard_before_set: the same for when a centre was last heard
UPDATE link SET heard_ms = heard_ms + :by_ms WHERE heard_ms <= :before_ms;

-- heard_ahead: after the clock was set back: no centre was heard later than now
UPDATE link SET heard_ms = heard_ms + :by_ms WHERE heard_ms > :now_ms;
