-- lock_links: how far these centres are stored; nobody else stores for them until the end of the transaction
SELECT centre, epoch, epoch_no, acked, head, offset_ms, heard_ms, words FROM link
WHERE centre IN (SELECT value FROM json_each(:centres)) ORDER BY centre;

-- next_looks: when one of the waiting tickets of each of these centres is to be looked at next
SELECT centre, look_ms FROM (
    SELECT value AS centre, (
        SELECT COALESCE(look_ms, due_ms) FROM open_ticket AS t
        WHERE t.centre = value AND t.day = :day AND t.state < 1 AND t.called_ms IS NULL AND t.marks < 2
        ORDER BY COALESCE(look_ms, due_ms) LIMIT 1
    ) AS look_ms FROM json_each(:centres)
) WHERE look_ms IS NOT NULL;

-- open_tickets: those of [centre, epoch, ticket] that are not ended
SELECT
    t.centre, t.epoch, t.ticket, t.day, t.label, t.service, t.counter, t.state, t.issued_ms, t.called_ms,
    t.started_ms, t.marks, t.high_min
FROM json_each(:wanted) AS w CROSS JOIN open_ticket AS t
    ON t.centre = json_extract(w.value, '$[0]') AND t.epoch = json_extract(w.value, '$[1]')
    AND t.ticket = json_extract(w.value, '$[2]');

-- add_events: rows of the event table
INSERT INTO event (at_ms, seq, ticket, centre, epoch, kind, service, counter, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?);

-- add_words: new words
INSERT INTO word (centre, kind, id, word) VALUES (?, ?, ?, ?);

-- put_tickets: new ones, and what became of those that are known
INSERT INTO open_ticket (
    centre, epoch, ticket, day, label, service, counter, state, issued_ms, called_ms, started_ms, marks, high_min,
    due_ms
)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (centre, epoch, ticket) DO UPDATE SET
    service = excluded.service, counter = excluded.counter, state = excluded.state, issued_ms = excluded.issued_ms,
    called_ms = excluded.called_ms, started_ms = excluded.started_ms, marks = excluded.marks;

-- end_tickets: they are over
DELETE FROM open_ticket WHERE centre = ? AND epoch = ? AND ticket = ?;

-- newest_hours: the newest hour of these centres that has figures
SELECT centre, day, (SELECT max(hour) FROM hour_figures AS h WHERE h.centre = newest.centre AND h.day = newest.day)
FROM (
    SELECT value AS centre, (SELECT max(day) FROM hour_figures AS d WHERE d.centre = value) AS day
    FROM json_each(:centres)
) AS newest WHERE day IS NOT NULL;

-- add_new_hours: figures of hours that have none
INSERT INTO hour_figures (
    centre, day, hour, service, issued, called, served, missed, left_queue, kept, late, wait_s, service_s, w0, w1, w2,
    w3, w4, w5, w6, w7, w8, w9, w10, w11, w12, w13, w14, w15, w16, w17, w18, w19, w20, w21, w22, w23
)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- add_hours: to the figures of an hour
INSERT INTO hour_figures (
    centre, day, hour, service, issued, called, served, missed, left_queue, kept, late, wait_s, service_s, w0, w1, w2,
    w3, w4, w5, w6, w7, w8, w9, w10, w11, w12, w13, w14, w15, w16, w17, w18, w19, w20, w21, w22, w23
)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (centre, day, hour, service) DO UPDATE SET
    issued = hour_figures.issued + excluded.issued, called = hour_figures.called + excluded.called,
    served = hour_figures.served + excluded.served, missed = hour_figures.missed + excluded.missed,
    left_queue = hour_figures.left_queue + excluded.left_queue, kept = hour_figures.kept + excluded.kept,
    late = hour_figures.late + excluded.late, wait_s = hour_figures.wait_s + excluded.wait_s,
    service_s = hour_figures.service_s + excluded.service_s, w0 = hour_figures.w0 + excluded.w0,
    w1 = hour_figures.w1 + excluded.w1, w2 = hour_figures.w2 + excluded.w2, w3 = hour_figures.w3 + excluded.w3,
    w4 = hour_figures.w4 + excluded.w4, w5 = hour_figures.w5 + excluded.w5, w6 = hour_figures.w6 + excluded.w6,
    w7 = hour_figures.w7 + excluded.w7, w8 = hour_figures.w8 + excluded.w8, w9 = hour_figures.w9 + excluded.w9,
    w10 = hour_figures.w10 + excluded.w10, w11 = hour_figures.w11 + excluded.w11,
    w12 = hour_figures.w12 + excluded.w12, w13 = hour_figures.w13 + excluded.w13,
    w14 = hour_figures.w14 + excluded.w14, w15 = hour_figures.w15 + excluded.w15,
    w16 = hour_figures.w16 + excluded.w16, w17 = hour_figures.w17 + excluded.w17,
    w18 = hour_figures.w18 + excluded.w18, w19 = hour_figures.w19 + excluded.w19,
    w20 = hour_figures.w20 + excluded.w20, w21 = hour_figures.w21 + excluded.w21,
    w22 = hour_figures.w22 + excluded.w22, w23 = hour_figures.w23 + excluded.w23;

-- mark_stale: days of centres whose sums have to be made anew
INSERT INTO stale_day (centre, day) VALUES (?, ?) ON CONFLICT DO NOTHING;

-- move_links: how far the centres are stored now
UPDATE link SET epoch = ?2, epoch_no = ?3, acked = ?4, head = ?5, offset_ms = ?6, heard_ms = ?7, words = ?8, lost = lost + ?9
WHERE centre = ?1;

-- note_health: what the newest heartbeats told
UPDATE link SET version = ?2, health = CAST(?3 AS BLOB) WHERE centre = ?1;
