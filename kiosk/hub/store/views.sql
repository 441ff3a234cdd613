-- ticket: one ticket with the secret of its page
SELECT * FROM ticket WHERE id = :id;

-- visit: the ticket of a day by what stood on it
SELECT * FROM ticket WHERE day = :day AND prefix = :prefix AND number = :number;

-- visits_of: the tickets of a dossier, in the order in which they were taken
SELECT ticket.* FROM dossier_visit JOIN ticket ON ticket.id = dossier_visit.ticket
WHERE dossier_visit.code = :code ORDER BY ticket.id;

-- print_jobs: copies that a kiosk still has to print, oldest first
SELECT ticket.*, print_job.reprint FROM print_job JOIN ticket ON ticket.id = print_job.ticket
WHERE print_job.kiosk = :kiosk AND print_job.done_ms IS NULL AND print_job.asked_ms >= :since_ms
ORDER BY print_job.id;

-- waiting_for: who waits for some services, in the order in which they came
SELECT * FROM ticket WHERE state = 'waiting' AND service IN (SELECT value FROM json_each(:services))
ORDER BY queue_ms, id LIMIT :limit;

-- parked: today's parked tickets, longest first
SELECT * FROM ticket WHERE day = :day AND state = 'parked' ORDER BY changed_ms, id;

-- missed: today's no-shows, newest first
SELECT * FROM ticket WHERE day = :day AND state = 'no_show' ORDER BY ended_ms DESC LIMIT :limit;

-- served_at: how many a counter has served today
SELECT count(*) FROM ticket WHERE day = :day AND counter = :counter AND state = 'served';

-- at_counters: who is called or being served
SELECT * FROM ticket WHERE counter IS NOT NULL AND state IN ('called', 'serving');

-- counters: every counter with the name of who works there
SELECT counter.*, staff.display_name FROM counter LEFT JOIN staff ON staff.name = counter.holder ORDER BY counter.id;

-- calls: the last calls of today, newest first
SELECT call.call_id, call.counter AS call_counter, call.called_ms AS call_ms, ticket.*
FROM call JOIN ticket ON ticket.id = call.ticket
WHERE call.day = :day ORDER BY call.call_id DESC LIMIT :limit;

-- last_calls: the newest call of each counter that has somebody
SELECT counter.id, ticket.prefix, ticket.number,
    (SELECT max(call_id) FROM call WHERE call.ticket = ticket.id) AS call_id
FROM counter LEFT JOIN ticket ON ticket.counter = counter.id AND ticket.state IN ('called', 'serving');

-- recent: today's newest tickets
SELECT * FROM ticket WHERE day = :day ORDER BY id DESC LIMIT :limit;

-- print_troubles: paper of today that did not come, or nobody knows, newest first
SELECT * FROM ticket WHERE day = :day AND print_outcome IN ('not_printed', 'unknown') ORDER BY id DESC LIMIT :limit;

-- overdue: who waits for longer than promised and the patience on top of it, longest first
SELECT * FROM ticket WHERE state = 'waiting' AND issued_ms + high_min * 60000 + :patience_ms < :now_ms
ORDER BY issued_ms LIMIT :limit;

-- kiosks: the last report of every kiosk
SELECT name, seen_ms, devices, told_ms, checked_ms
FROM kiosk LEFT JOIN paper_change ON paper_change.kiosk = kiosk.name ORDER BY name;

-- lanes_before: how many wait before a place in the line, by service and class
SELECT service, class, count(*) FROM ticket
WHERE state = 'waiting' AND queue_ms <= :queue_ms AND (queue_ms, id) < (:queue_ms, :id) GROUP BY service, class;
