-- all: every counter
SELECT * FROM counter ORDER BY id;

-- by_id: one counter
SELECT * FROM counter WHERE id = :id;

-- held_by: the counter where somebody works
SELECT * FROM counter WHERE holder = :holder;

-- put: what can change of a counter
UPDATE counter SET
    services = :services, is_open = :is_open, holder = :holder, held_ms = :held_ms, pause_reason = :pause_reason,
    priority_run = :priority_run, others_run = :others_run, last_action = :last_action
WHERE id = :id;

-- configure: a counter of the configuration; its services stay as a supervisor set them until the configuration changes
INSERT INTO counter (id, services, configured, is_open, priority_run, others_run) VALUES (:id, :services, :services, 1, 0, 0)
ON CONFLICT (id) DO UPDATE SET services = excluded.services, configured = excluded.configured
WHERE configured != excluded.configured;

-- remove_others: counters that the configuration no longer names
DELETE FROM counter WHERE id NOT IN (SELECT value FROM json_each(:ids));

-- running_span: what a counter has been doing since when
SELECT id, day, activity FROM counter_span WHERE counter = :counter AND to_ms IS NULL;

-- end_span: the counter stopped doing that
UPDATE counter_span SET to_ms = max(from_ms, :now_ms) WHERE counter = :counter AND to_ms IS NULL;

-- begin_span: the counter does something else from now on
INSERT INTO counter_span (day, counter, activity, from_ms) VALUES (:day, :counter, :activity, :now_ms);

-- views: counters as the wait estimator sees them
SELECT counter.id, counter.services, counter.is_open AND counter.holder IS NOT NULL AND counter.pause_reason IS NULL,
    ticket.service, coalesce(ticket.started_ms, ticket.called_ms)
FROM counter LEFT JOIN ticket ON ticket.counter = counter.id AND ticket.state IN ('called', 'serving')
ORDER BY counter.id;

-- is_present: whether somebody's session has been used lately
SELECT 1 FROM session WHERE staff = :staff AND seen_ms >= :since_ms LIMIT 1;
