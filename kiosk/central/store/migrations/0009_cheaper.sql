-- Whoever changes hour_figures names the day in stale_day himself, once for many rows: the triggers took as long as the rows.
-- Those are dropped in 0009_cheaper.sqlite.sql and 0009_cheaper.postgresql.sql.

-- What is due in each centre, of today. "state < 1" is the same and keeps other indexes out: a database without statistics
-- walked open_ticket_due from its beginning for each of 3,139 centres.
DROP INDEX open_ticket_look;
CREATE INDEX open_ticket_look ON open_ticket (centre, day, (COALESCE(look_ms, due_ms)))
    WHERE state < 1 AND called_ms IS NULL;
