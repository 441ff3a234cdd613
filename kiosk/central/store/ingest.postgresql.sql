-- lock_links: how far these centres are stored; nobody else stores for them until the end of the transaction
SELECT centre, epoch, epoch_no, acked, head, offset_ms, heard_ms FROM link
WHERE centre = ANY(:centres) ORDER BY centre FOR UPDATE;

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

-- add_hours: to the figures of an hour; as one array a row, for each number taken out of JSON costs as much as three rows
WITH given AS MATERIALIZED (
    SELECT translate(r::text, '[]', '{}')::int[] AS a FROM json_array_elements(:rows::json) AS r
)
INSERT INTO hour_figures (
    centre, day, hour, service, issued, called, served, missed, left_queue, kept, late, wait_s, service_s, w0, w1, w2,
    w3, w4, w5, w6, w7, w8, w9, w10, w11, w12, w13, w14, w15, w16, w17, w18, w19, w20, w21, w22, w23
)
SELECT
    a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10], a[11], a[12], a[13], a[14], a[15], a[16], a[17],
    a[18], a[19], a[20], a[21], a[22], a[23], a[24], a[25], a[26], a[27], a[28], a[29], a[30], a[31], a[32], a[33],
    a[34], a[35], a[36], a[37]
FROM given
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

-- move_links: how far the centres are stored now
UPDATE link SET epoch = (r->>1)::bigint, epoch_no = (r->>2)::int, acked = (r->>3)::bigint, head = (r->>4)::bigint,
    offset_ms = (r->>5)::bigint, heard_ms = (r->>6)::bigint, lost = lost + (r->>7)::bigint
FROM jsonb_array_elements(:rows::jsonb) AS r WHERE centre = (r->>0)::int;

-- note_health: what the newest heartbeats told
UPDATE link SET version = r->>1, health = convert_to(r->>2, 'UTF8')
FROM jsonb_array_elements(:rows::jsonb) AS r WHERE centre = (r->>0)::int;

-- make_partitions: the months that events will soon fall into
SELECT make_event_months(:now_ms);
