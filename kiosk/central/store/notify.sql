-- make: something to tell; made once, however often it is tried
INSERT INTO notice (centre, incident, channel, kind, level, id, made_ms, due_ms)
VALUES (:centre, :incident, :channel, :kind, :level, :id, :now_ms, :now_ms)
ON CONFLICT (centre, incident, channel, kind, level) DO NOTHING;

-- channels_told: who was told of an incident, or is about to be
SELECT DISTINCT channel FROM notice WHERE centre = :centre AND incident = :incident AND state < 2;

-- channels_asked: who was asked to do something about an incident, or is about to be
SELECT DISTINCT channel FROM notice
WHERE centre = :centre AND incident = :incident AND kind IN ('raised', 'escalated', 'silent');

-- waiting_channels: that have something to send now
SELECT DISTINCT channel FROM notice
WHERE state = 0 AND due_ms <= :now_ms AND (lease_ms <= :now_ms OR lease_ms > :now_ms + :longest_ms);

-- claim: the oldest notices of a channel, for one worker until the lease ends
UPDATE notice SET lease_ms = :lease_ms, tries = tries + 1 WHERE id IN (
    SELECT id FROM notice
    WHERE channel = :channel AND state = 0 AND due_ms <= :now_ms
        AND (lease_ms <= :now_ms OR lease_ms > :now_ms + :longest_ms)
    ORDER BY due_ms, made_ms LIMIT :most)
RETURNING id, centre, incident, kind, level, tries;

-- settle: how a sending ended; no row when somebody else has claimed it since
UPDATE notice SET state = :state, due_ms = :due_ms, done_ms = :done_ms, problem = :problem, lease_ms = 0
WHERE id = :id AND state = 0 AND tries = :tries;

-- of_incidents: all notices of the incidents shown
SELECT incident, channel, kind, level, state, made_ms, due_ms, tries, done_ms, problem FROM notice
WHERE incident IN (SELECT id FROM incident WHERE closed_ms IS NULL OR closed_ms >= :closed_since_ms)
    AND (:only = 0 OR incident = :only)
ORDER BY made_ms, channel, kind;

-- of_link: the incident that a link is about, and the channel that it was sent to
SELECT centre, incident, channel FROM notice WHERE id = :id;

-- was_told: whether a channel was really told of an incident before
SELECT COUNT(*) FROM notice WHERE centre = :centre AND incident = :incident AND channel = :channel AND state = 1;

-- put_key: the first worker's key is everybody's
INSERT INTO shared_key (name, secret) VALUES (:name, :secret) ON CONFLICT (name) DO NOTHING;

-- key: the key of that name
SELECT secret FROM shared_key WHERE name = :name;

-- facts: what there is to say of an incident now
SELECT incident.kind, incident.stage, incident.since_ms, incident.joined, incident.longest_s, incident.acked_ms,
    incident.closed_ms, centre.name_vi, centre.name_en, COALESCE(word.word, ''),
    (SELECT COUNT(*) FROM open_ticket AS t WHERE t.centre = incident.centre AND t.service = incident.service
        AND t.state = 0 AND t.called_ms IS NULL AND t.stage > 0 AND t.stage >= incident.stage),
    (SELECT MIN(t.issued_ms) FROM open_ticket AS t WHERE t.centre = incident.centre AND t.service = incident.service
        AND t.state = 0 AND t.called_ms IS NULL AND t.stage > 0)
FROM incident JOIN centre ON centre.id = incident.centre
    LEFT JOIN word ON word.centre = incident.centre AND word.kind = 1 AND word.id = incident.service
WHERE incident.centre = :centre AND incident.id = :incident;
