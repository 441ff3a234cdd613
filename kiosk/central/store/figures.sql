-- known_centres: every centre with its line; no instants where nobody was ever heard
SELECT centre.id, centre.code, centre.name_vi, centre.name_en, centre.group_id, centre.grid_x, centre.grid_y,
    link.heard_ms, link.acked, link.head, link.version
FROM centre LEFT JOIN link ON link.centre = centre.id ORDER BY centre.id;

-- groups: the groups of centres
SELECT id, name_vi, name_en FROM centre_group ORDER BY id;

-- health: the newest heartbeat of a centre
SELECT health FROM link WHERE centre = :centre;

-- waiting: how many wait now at each centre and for each service, since when the first, and whose promise ends first
SELECT g.centre, word.word, g.people, g.first_ms, g.due_ms
FROM (
    SELECT centre, service, COUNT(*) AS people, MIN(issued_ms) AS first_ms, MIN(due_ms) AS due_ms
    FROM open_ticket WHERE state = 0 AND day = :day GROUP BY centre, service
) AS g JOIN word ON word.centre = g.centre AND word.kind = 1 AND word.id = g.service;

-- open_tickets: those of a centre that are not ended, longest first
SELECT t.label, service.word, counter.word, t.state, t.issued_ms, t.called_ms, t.started_ms, t.high_min, t.due_ms
FROM open_ticket AS t JOIN word AS service ON service.centre = t.centre AND service.kind = 1 AND service.id = t.service
    LEFT JOIN word AS counter ON counter.centre = t.centre AND counter.kind = 2 AND counter.id = t.counter
WHERE t.centre = :centre AND t.day = :day
ORDER BY t.issued_ms, t.ticket;

-- counters: the counters that a centre has named
SELECT word FROM word WHERE centre = :centre AND kind = 2 ORDER BY id;

-- services: the services that anybody took a ticket for
SELECT DISTINCT word.word FROM word JOIN centre ON centre.id = word.centre
WHERE word.kind = 1 AND (:centre = 0 OR word.centre = :centre) AND (:group_id = '' OR centre.group_id = :group_id)
ORDER BY word.word;

-- of_the_day: a day's sums of each centre
SELECT h.centre, SUM(h.issued), SUM(h.called), SUM(h.served), SUM(h.kept)
FROM centre JOIN hour_figures AS h ON h.centre = centre.id AND h.day = :day
GROUP BY h.centre;

-- by_day_and_hour: sums for each hour of each day
SELECT h.day, h.hour,
    SUM(h.issued), SUM(h.called), SUM(h.served), SUM(h.missed), SUM(h.left_queue),
    SUM(h.kept), SUM(h.late), CAST(SUM(h.wait_s) AS BIGINT), CAST(SUM(h.service_s) AS BIGINT),
    SUM(h.w0), SUM(h.w1), SUM(h.w2), SUM(h.w3), SUM(h.w4), SUM(h.w5), SUM(h.w6), SUM(h.w7),
    SUM(h.w8), SUM(h.w9), SUM(h.w10), SUM(h.w11), SUM(h.w12), SUM(h.w13), SUM(h.w14), SUM(h.w15),
    SUM(h.w16), SUM(h.w17), SUM(h.w18), SUM(h.w19), SUM(h.w20), SUM(h.w21), SUM(h.w22), SUM(h.w23)
FROM centre JOIN hour_figures AS h ON h.centre = centre.id AND h.day BETWEEN :first_day AND :last_day
    JOIN word ON word.centre = h.centre AND word.kind = 1 AND word.id = h.service
WHERE (:service = '' OR word.word = :service)
    AND (:group_id = '' OR centre.group_id = :group_id) AND (:centre = 0 OR centre.id = :centre)
GROUP BY h.day, h.hour ORDER BY h.day, h.hour;

-- by_service: sums for each service
SELECT word.word,
    SUM(h.issued), SUM(h.called), SUM(h.served), SUM(h.missed), SUM(h.left_queue),
    SUM(h.kept), SUM(h.late), CAST(SUM(h.wait_s) AS BIGINT), CAST(SUM(h.service_s) AS BIGINT),
    SUM(h.w0), SUM(h.w1), SUM(h.w2), SUM(h.w3), SUM(h.w4), SUM(h.w5), SUM(h.w6), SUM(h.w7),
    SUM(h.w8), SUM(h.w9), SUM(h.w10), SUM(h.w11), SUM(h.w12), SUM(h.w13), SUM(h.w14), SUM(h.w15),
    SUM(h.w16), SUM(h.w17), SUM(h.w18), SUM(h.w19), SUM(h.w20), SUM(h.w21), SUM(h.w22), SUM(h.w23)
FROM centre JOIN hour_figures AS h ON h.centre = centre.id AND h.day BETWEEN :first_day AND :last_day
    JOIN word ON word.centre = h.centre AND word.kind = 1 AND word.id = h.service
WHERE (:service = '' OR word.word = :service)
    AND (:group_id = '' OR centre.group_id = :group_id) AND (:centre = 0 OR centre.id = :centre)
GROUP BY word.word;

-- kept_promises: for each service, how many were called and waited no longer than they were told
SELECT word.word, SUM(k.called), SUM(k.under_p10), SUM(k.under_p50), SUM(k.under_p90), SUM(k.late)
FROM centre JOIN kept_promises AS k ON k.centre = centre.id AND k.day BETWEEN :first_day AND :last_day
    JOIN word ON word.centre = k.centre AND word.kind = 1 AND word.id = k.service
WHERE (:service = '' OR word.word = :service)
    AND (:group_id = '' OR centre.group_id = :group_id) AND (:centre = 0 OR centre.id = :centre)
GROUP BY word.word ORDER BY SUM(k.called) DESC, word.word;

-- by_day_centre_service: sums for each day of each centre and service, for a spreadsheet
SELECT h.day, centre.code, word.word,
    SUM(h.issued), SUM(h.called), SUM(h.served), SUM(h.missed), SUM(h.left_queue),
    SUM(h.kept), SUM(h.late), CAST(SUM(h.wait_s) AS BIGINT), CAST(SUM(h.service_s) AS BIGINT),
    SUM(h.w0), SUM(h.w1), SUM(h.w2), SUM(h.w3), SUM(h.w4), SUM(h.w5), SUM(h.w6), SUM(h.w7),
    SUM(h.w8), SUM(h.w9), SUM(h.w10), SUM(h.w11), SUM(h.w12), SUM(h.w13), SUM(h.w14), SUM(h.w15),
    SUM(h.w16), SUM(h.w17), SUM(h.w18), SUM(h.w19), SUM(h.w20), SUM(h.w21), SUM(h.w22), SUM(h.w23)
FROM centre JOIN hour_figures AS h ON h.centre = centre.id AND h.day BETWEEN :first_day AND :last_day
    JOIN word ON word.centre = h.centre AND word.kind = 1 AND word.id = h.service
WHERE (:service = '' OR word.word = :service)
    AND (:group_id = '' OR centre.group_id = :group_id) AND (:centre = 0 OR centre.id = :centre)
GROUP BY h.day, centre.code, word.word ORDER BY h.day, centre.code, word.word LIMIT :most;

-- city_by_day_and_hour: the same for all services of all centres, from the sums of whole hours
SELECT d.day, d.hour,
    SUM(d.issued), SUM(d.called), SUM(d.served), SUM(d.missed), SUM(d.left_queue),
    SUM(d.kept), SUM(d.late), CAST(SUM(d.wait_s) AS BIGINT), CAST(SUM(d.service_s) AS BIGINT),
    SUM(d.w0), SUM(d.w1), SUM(d.w2), SUM(d.w3), SUM(d.w4), SUM(d.w5), SUM(d.w6), SUM(d.w7),
    SUM(d.w8), SUM(d.w9), SUM(d.w10), SUM(d.w11), SUM(d.w12), SUM(d.w13), SUM(d.w14), SUM(d.w15),
    SUM(d.w16), SUM(d.w17), SUM(d.w18), SUM(d.w19), SUM(d.w20), SUM(d.w21), SUM(d.w22), SUM(d.w23)
FROM centre JOIN day_hour_figures AS d ON d.centre = centre.id AND d.day BETWEEN :first_day AND :last_day
WHERE (:group_id = '' OR centre.group_id = :group_id)
GROUP BY d.day, d.hour ORDER BY d.day, d.hour;

-- city_by_service: the same for all centres, from the sums of whole days
SELECT word.word,
    SUM(d.issued), SUM(d.called), SUM(d.served), SUM(d.missed), SUM(d.left_queue),
    SUM(d.kept), SUM(d.late), CAST(SUM(d.wait_s) AS BIGINT), CAST(SUM(d.service_s) AS BIGINT),
    SUM(d.w0), SUM(d.w1), SUM(d.w2), SUM(d.w3), SUM(d.w4), SUM(d.w5), SUM(d.w6), SUM(d.w7),
    SUM(d.w8), SUM(d.w9), SUM(d.w10), SUM(d.w11), SUM(d.w12), SUM(d.w13), SUM(d.w14), SUM(d.w15),
    SUM(d.w16), SUM(d.w17), SUM(d.w18), SUM(d.w19), SUM(d.w20), SUM(d.w21), SUM(d.w22), SUM(d.w23)
FROM centre JOIN day_service_figures AS d ON d.centre = centre.id AND d.day BETWEEN :first_day AND :last_day
    JOIN word ON word.centre = d.centre AND word.kind = 1 AND word.id = d.service
WHERE (:service = '' OR word.word = :service) AND (:group_id = '' OR centre.group_id = :group_id)
GROUP BY word.word;

-- city_by_centre: the same for all centres, from the sums of whole days
SELECT centre.code,
    SUM(d.issued), SUM(d.called), SUM(d.served), SUM(d.missed), SUM(d.left_queue),
    SUM(d.kept), SUM(d.late), CAST(SUM(d.wait_s) AS BIGINT), CAST(SUM(d.service_s) AS BIGINT),
    SUM(d.w0), SUM(d.w1), SUM(d.w2), SUM(d.w3), SUM(d.w4), SUM(d.w5), SUM(d.w6), SUM(d.w7),
    SUM(d.w8), SUM(d.w9), SUM(d.w10), SUM(d.w11), SUM(d.w12), SUM(d.w13), SUM(d.w14), SUM(d.w15),
    SUM(d.w16), SUM(d.w17), SUM(d.w18), SUM(d.w19), SUM(d.w20), SUM(d.w21), SUM(d.w22), SUM(d.w23)
FROM centre JOIN day_service_figures AS d ON d.centre = centre.id AND d.day BETWEEN :first_day AND :last_day
    JOIN word ON word.centre = d.centre AND word.kind = 1 AND word.id = d.service
WHERE (:service = '' OR word.word = :service) AND (:group_id = '' OR centre.group_id = :group_id)
GROUP BY centre.code;

-- city_by_day_centre_service: the same for all centres, from the sums of whole days
SELECT d.day, centre.code, word.word,
    SUM(d.issued), SUM(d.called), SUM(d.served), SUM(d.missed), SUM(d.left_queue),
    SUM(d.kept), SUM(d.late), CAST(SUM(d.wait_s) AS BIGINT), CAST(SUM(d.service_s) AS BIGINT),
    SUM(d.w0), SUM(d.w1), SUM(d.w2), SUM(d.w3), SUM(d.w4), SUM(d.w5), SUM(d.w6), SUM(d.w7),
    SUM(d.w8), SUM(d.w9), SUM(d.w10), SUM(d.w11), SUM(d.w12), SUM(d.w13), SUM(d.w14), SUM(d.w15),
    SUM(d.w16), SUM(d.w17), SUM(d.w18), SUM(d.w19), SUM(d.w20), SUM(d.w21), SUM(d.w22), SUM(d.w23)
FROM centre JOIN day_service_figures AS d ON d.centre = centre.id AND d.day BETWEEN :first_day AND :last_day
    JOIN word ON word.centre = d.centre AND word.kind = 1 AND word.id = d.service
WHERE (:service = '' OR word.word = :service) AND (:group_id = '' OR centre.group_id = :group_id)
GROUP BY d.day, centre.code, word.word ORDER BY d.day, centre.code, word.word LIMIT :most;

-- drop_services: the old sums of a day
DELETE FROM day_service_figures WHERE centre = :centre AND day = :day;

-- add_services: the sums of a day
INSERT INTO day_service_figures (centre, day, service,
    issued, called, served, missed, left_queue, kept, late, wait_s, service_s,
    w0, w1, w2, w3, w4, w5, w6, w7, w8, w9, w10, w11,
    w12, w13, w14, w15, w16, w17, w18, w19, w20, w21, w22, w23)
SELECT h.centre, h.day, h.service,
    SUM(h.issued), SUM(h.called), SUM(h.served), SUM(h.missed), SUM(h.left_queue),
    SUM(h.kept), SUM(h.late), CAST(SUM(h.wait_s) AS BIGINT), CAST(SUM(h.service_s) AS BIGINT),
    SUM(h.w0), SUM(h.w1), SUM(h.w2), SUM(h.w3), SUM(h.w4), SUM(h.w5), SUM(h.w6), SUM(h.w7),
    SUM(h.w8), SUM(h.w9), SUM(h.w10), SUM(h.w11), SUM(h.w12), SUM(h.w13), SUM(h.w14), SUM(h.w15),
    SUM(h.w16), SUM(h.w17), SUM(h.w18), SUM(h.w19), SUM(h.w20), SUM(h.w21), SUM(h.w22), SUM(h.w23)
FROM hour_figures AS h WHERE h.centre = :centre AND h.day = :day GROUP BY h.centre, h.day, h.service;

-- drop_hours: the old sums of the hours of a day
DELETE FROM day_hour_figures WHERE centre = :centre AND day = :day;

-- add_hours: the sums of the hours of a day
INSERT INTO day_hour_figures (centre, day, hour,
    issued, called, served, missed, left_queue, kept, late, wait_s, service_s,
    w0, w1, w2, w3, w4, w5, w6, w7, w8, w9, w10, w11,
    w12, w13, w14, w15, w16, w17, w18, w19, w20, w21, w22, w23)
SELECT h.centre, h.day, h.hour,
    SUM(h.issued), SUM(h.called), SUM(h.served), SUM(h.missed), SUM(h.left_queue),
    SUM(h.kept), SUM(h.late), CAST(SUM(h.wait_s) AS BIGINT), CAST(SUM(h.service_s) AS BIGINT),
    SUM(h.w0), SUM(h.w1), SUM(h.w2), SUM(h.w3), SUM(h.w4), SUM(h.w5), SUM(h.w6), SUM(h.w7),
    SUM(h.w8), SUM(h.w9), SUM(h.w10), SUM(h.w11), SUM(h.w12), SUM(h.w13), SUM(h.w14), SUM(h.w15),
    SUM(h.w16), SUM(h.w17), SUM(h.w18), SUM(h.w19), SUM(h.w20), SUM(h.w21), SUM(h.w22), SUM(h.w23)
FROM hour_figures AS h WHERE h.centre = :centre AND h.day = :day GROUP BY h.centre, h.day, h.hour;

-- by_procedure: how many visits were for dossiers of each procedure, and how long they took
SELECT p.procedure, SUM(p.visits), CAST(SUM(p.spent_s) AS BIGINT)
FROM centre JOIN procedure_figures AS p ON p.centre = centre.id AND p.day BETWEEN :first_day AND :last_day
WHERE (:group_id = '' OR centre.group_id = :group_id) AND (:centre = 0 OR centre.id = :centre)
GROUP BY p.procedure ORDER BY SUM(p.visits) DESC, p.procedure;
