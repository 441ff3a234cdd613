-- last_number: the highest number given on a day with a prefix, or what a damaged database may have given
SELECT max(last) FROM (
    SELECT last FROM number_series WHERE day = :day AND prefix = :prefix
    UNION ALL SELECT last FROM number_floor WHERE day = :day
);

-- give_number: remember the highest number given
INSERT INTO number_series (day, prefix, last) VALUES (:day, :prefix, :number)
ON CONFLICT (day, prefix) DO UPDATE SET last = excluded.last;

-- last_id: the id of the ticket that was added last, as AUTOINCREMENT counts
SELECT seq FROM sqlite_sequence WHERE name = 'ticket';

-- add: a new ticket
INSERT INTO ticket (
    day, prefix, number, service, class, state, issued_ms, queue_ms, changed_ms,
    people_ahead, p10_s, p50_s, p90_s, low_min, high_min, basis, recalls, secret, kiosk
) VALUES (
    :day, :prefix, :number, :service, :class, :state, :issued_ms, :queue_ms, :changed_ms,
    :people_ahead, :p10_s, :p50_s, :p90_s, :low_min, :high_min, :basis, 0, :secret, :kiosk
);

-- by_id: one ticket
SELECT * FROM ticket WHERE id = :id;

-- put: what a transition can change of a ticket
UPDATE ticket SET
    service = :service, state = :state, queue_ms = :queue_ms, changed_ms = :changed_ms, counter = :counter, called_ms = :called_ms,
    started_ms = :started_ms, ended_ms = :ended_ms, recalls = :recalls, overtaken_ms = :overtaken_ms
WHERE id = :id;

-- at_counter: the ticket that a counter has called or is serving
SELECT * FROM ticket WHERE counter = :counter AND state IN ('called', 'serving');

-- heads: the oldest waiting ticket of each lane of some services
SELECT ticket.* FROM lane JOIN ticket ON ticket.id = (
    SELECT first.id FROM ticket AS first
    WHERE first.state = 'waiting' AND first.service = lane.service AND first.class = lane.class
    ORDER BY first.queue_ms, first.id LIMIT 1
)
WHERE lane.waiting > 0 AND lane.service IN (SELECT value FROM json_each(:services));

-- lanes: how many wait, by service and class
SELECT service, class, waiting FROM lane WHERE waiting > 0;

-- overtake: mark those who came before the called ticket and were never overtaken yet
UPDATE ticket SET overtaken_ms = :now_ms
WHERE state = 'waiting' AND overtaken_ms IS NULL
    AND service IN (SELECT value FROM json_each(:services)) AND class IN ('normal', 'priority')
    AND queue_ms <= :queue_ms AND (queue_ms, id) < (:queue_ms, :id);

-- last_day_before: the newest day before another one on which a ticket was given
SELECT max(day) FROM ticket WHERE day < :day;

-- continue_numbers: numbers of a day go on above those of another day
INSERT INTO number_floor (day, last) SELECT :day, max(last) FROM (
    SELECT last FROM number_series WHERE day = :after
    UNION ALL SELECT last FROM number_floor WHERE day = :after
) HAVING max(last) IS NOT NULL
ON CONFLICT (day) DO UPDATE SET last = max(last, excluded.last);

-- services_taken: what tickets of a day are for
SELECT DISTINCT service FROM ticket WHERE day = :day;

-- left_open: tickets of earlier days that nobody ended
SELECT * FROM ticket WHERE state = 'waiting' AND day < :day
UNION ALL SELECT * FROM ticket WHERE state IN ('called', 'serving') AND day < :day
UNION ALL SELECT * FROM ticket WHERE state = 'parked' AND day < :day;

-- keep_card: the mark of the ID card that a ticket was taken with
INSERT INTO ticket_card (ticket, keyed_hash, last4) VALUES (:ticket, :keyed_hash, :last4);

-- card: the mark of a ticket
SELECT keyed_hash, last4 FROM ticket_card WHERE ticket = :ticket;

-- tickets_of_card: what else was taken with a card today
SELECT ticket FROM ticket_card WHERE keyed_hash = :keyed_hash ORDER BY ticket;

-- forget_cards: at the end of their day
DELETE FROM ticket_card;

-- add_call: a call or recall, for the hall
INSERT INTO call (day, ticket, counter, called_ms) VALUES (:day, :ticket, :counter, :now_ms);

-- drop_calls: an undone call disappears from the hall
DELETE FROM call WHERE ticket = :ticket AND called_ms >= :from_ms;

-- slip_kiosk: where a slip or a copy of it is printed
SELECT kiosk FROM ticket WHERE id = :id AND :reprint = 0
UNION ALL SELECT kiosk FROM print_job WHERE ticket = :id AND reprint = :reprint;

-- report_print: what happened to the paper, unless a later copy has told already
UPDATE ticket SET print_outcome = :outcome, print_reason = :reason
WHERE id = :id
    AND NOT EXISTS (SELECT 1 FROM print_job WHERE ticket = :id AND reprint > :reprint AND done_ms IS NOT NULL);

-- ask_reprint: count one more copy of a ticket
UPDATE ticket SET reprints = reprints + 1 WHERE id = :id RETURNING reprints, kiosk;

-- add_print_job: a copy that a kiosk has to print
INSERT INTO print_job (ticket, kiosk, reprint, asked_ms) VALUES (:ticket, :kiosk, :reprint, :now_ms);

-- end_print_job: the copy was printed, or not: the kiosk has said so
UPDATE print_job SET done_ms = :now_ms WHERE ticket = :ticket AND reprint = :reprint AND done_ms IS NULL;
