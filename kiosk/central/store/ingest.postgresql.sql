-- lock_links: how far these centres are stored; nobody else stores for them until the end of the transaction
SELECT centre, epoch, epoch_no, acked, head, offset_ms, heard_ms, words FROM link
WHERE centre = ANY(:centres) ORDER BY centre FOR UPDATE;

-- next_looks: when one of the waiting tickets of each of these centres is to be looked at next
SELECT c.centre, t.look_ms FROM unnest(:centres::int[]) AS c(centre) CROSS JOIN LATERAL (
    SELECT COALESCE(look_ms, due_ms) AS look_ms FROM open_ticket
    WHERE open_ticket.centre = c.centre AND day = :day AND state < 1 AND called_ms IS NULL AND marks < 2
    ORDER BY COALESCE(look_ms, due_ms) LIMIT 1
) AS t;

-- open_tickets: those of [centre, epoch, ticket] that are not ended
SELECT
    t.centre, t.epoch, t.ticket, t.day, t.label, t.service, t.counter, t.state, t.issued_ms, t.called_ms,
    t.started_ms, t.marks, t.high_min
FROM jsonb_array_elements(:wanted::jsonb) AS w(r) CROSS JOIN LATERAL (
    SELECT * FROM open_ticket
    WHERE centre = (r->>0)::int AND epoch = (r->>1)::bigint AND ticket = (r->>2)::bigint
) AS t;

-- add_events: rows of the event table
COPY event (at_ms, seq, ticket, centre, epoch, kind, service, counter, detail) FROM STDIN (FORMAT BINARY);

-- add_words: new words
INSERT INTO word (centre, kind, id, word)
SELECT
    (r->>0)::int, (r->>1)::int, (r->>2)::int, (r->>3)::text
FROM jsonb_array_elements(:rows::jsonb) AS r;

-- put_tickets: new ones, and what became of those that are known
INSERT INTO open_ticket (
    centre, epoch, ticket, day, label, service, counter, state, issued_ms, called_ms, started_ms, marks, high_min,
    due_ms
)
SELECT
    (r->>0)::int, (r->>1)::bigint, (r->>2)::bigint, (r->>3)::int, (r->>4)::text, (r->>5)::int, (r->>6)::int,
    (r->>7)::int, (r->>8)::bigint, (r->>9)::bigint, (r->>10)::bigint, (r->>11)::int, (r->>12)::int, (r->>13)::bigint
FROM jsonb_array_elements(:rows::jsonb) AS r
ON CONFLICT (centre, epoch, ticket) DO UPDATE SET
    service = excluded.service, counter = excluded.counter, state = excluded.state, issued_ms = excluded.issued_ms,
    called_ms = excluded.called_ms, started_ms = excluded.started_ms, marks = excluded.marks;

-- end_tickets: they are over
DELETE FROM open_ticket USING jsonb_array_elements(:rows::jsonb) AS r
WHERE centre = (r->>0)::int AND epoch = (r->>1)::bigint AND ticket = (r->>2)::bigint;

-- newest_hours: the newest hour of these centres that has figures; what is after it can be copied in, in half the time
SELECT wanted.centre, newest.day, newest.hour FROM unnest(:centres::int[]) AS wanted(centre) CROSS JOIN LATERAL (
    SELECT day, hour FROM hour_figures WHERE hour_figures.centre = wanted.centre ORDER BY day DESC, hour DESC LIMIT 1
) AS newest;

-- add_new_hours: figures of hours that have none
COPY hour_figures (
    centre, day, hour, service, issued, called, served, missed, left_queue, kept, late, wait_s, service_s, w0, w1, w2,
    w3, w4, w5, w6, w7, w8, w9, w10, w11, w12, w13, w14, w15, w16, w17, w18, w19, w20, w21, w22, w23
) FROM STDIN (FORMAT BINARY);

-- add_hours: to the figures of an hour; column by column: taken out of JSON each number costs as much as a row
INSERT INTO hour_figures (
    centre, day, hour, service, issued, called, served, missed, left_queue, kept, late, wait_s, service_s, w0, w1, w2,
    w3, w4, w5, w6, w7, w8, w9, w10, w11, w12, w13, w14, w15, w16, w17, w18, w19, w20, w21, w22, w23
)
SELECT * FROM unnest(
    :c1, :c2, :c3, :c4, :c5, :c6, :c7, :c8, :c9, :c10, :c11, :c12, :c13, :c14, :c15, :c16, :c17, :c18, :c19, :c20,
    :c21, :c22, :c23, :c24, :c25, :c26, :c27, :c28, :c29, :c30, :c31, :c32, :c33, :c34, :c35, :c36, :c37
)
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

-- mark_stale: days of centres whose sums have to be made anew; DO UPDATE waits for whoever is just taking the row away
INSERT INTO stale_day (centre, day) SELECT * FROM unnest(:c1, :c2)
ON CONFLICT (centre, day) DO UPDATE SET day = excluded.day;

-- move_links: how far the centres are stored now
UPDATE link SET epoch = (r->>1)::bigint, epoch_no = (r->>2)::int, acked = (r->>3)::bigint, head = (r->>4)::bigint,
    offset_ms = (r->>5)::bigint, heard_ms = (r->>6)::bigint, words = (r->>7)::bigint,
    lost = lost + (r->>8)::bigint
FROM jsonb_array_elements(:rows::jsonb) AS r WHERE centre = (r->>0)::int;

-- note_health: what the newest heartbeats told
UPDATE link SET version = r->>1, health = convert_to(r->>2, 'UTF8')
FROM jsonb_array_elements(:rows::jsonb) AS r WHERE centre = (r->>0)::int;

-- make_partitions: the months that events will soon fall into
SELECT make_event_months(:now_ms);
