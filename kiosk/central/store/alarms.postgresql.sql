-- due_for_look: as elsewhere; a ticket that another worker or a batch is just changing is left for the next second
SELECT centre.id, centre.code, centre.group_id, t.epoch, t.ticket, t.service, word.word, t.issued_ms, t.due_ms, t.stage
FROM open_ticket AS t JOIN link ON link.centre = t.centre
    JOIN centre ON centre.id = link.centre
    JOIN word ON word.centre = t.centre AND word.kind = 1 AND word.id = t.service
WHERE t.state = 0 AND t.called_ms IS NULL AND COALESCE(t.look_ms, t.due_ms) <= :now_ms AND t.day = :day AND t.marks < 2
    AND link.acked >= link.head AND link.heard_ms >= :heard_since_ms AND link.heard_ms >= COALESCE(t.look_ms, t.due_ms)
ORDER BY COALESCE(t.look_ms, t.due_ms) LIMIT :most
FOR UPDATE OF t SKIP LOCKED;

-- due_of_each: centre by centre, by the only index that fits, whatever the statistics say
SELECT centre.id, centre.code, centre.group_id, t.epoch, t.ticket, t.service, word.word, t.issued_ms, t.due_ms, t.stage
FROM link CROSS JOIN LATERAL (
        SELECT * FROM open_ticket
        WHERE open_ticket.centre = link.centre AND state < 1 AND called_ms IS NULL
            AND COALESCE(look_ms, due_ms) <= LEAST(:now_ms, link.heard_ms) AND day = :day AND marks < 2
        LIMIT 100 FOR UPDATE SKIP LOCKED
    ) AS t
    JOIN centre ON centre.id = link.centre
    JOIN word ON word.centre = t.centre AND word.kind = 1 AND word.id = t.service
WHERE link.acked >= link.head AND link.heard_ms >= :heard_since_ms
LIMIT :most;

-- lock_incident: to take its next step; no row when another worker has it, or when it is closed
SELECT id FROM incident WHERE centre = :centre AND id = :id AND closed_ms IS NULL FOR UPDATE SKIP LOCKED;

-- is_due: whether there is any of those
SELECT 1 FROM link CROSS JOIN LATERAL (
        SELECT 1 FROM open_ticket
        WHERE open_ticket.centre = link.centre AND state < 1 AND called_ms IS NULL
            AND COALESCE(look_ms, due_ms) <= LEAST(:now_ms, link.heard_ms) AND day = :day AND marks < 2
        LIMIT 1
    ) AS t
WHERE link.acked >= link.head AND link.heard_ms >= :heard_since_ms
LIMIT 1;
