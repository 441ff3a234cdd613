-- nothing: the least that a database can be asked
SELECT 1;

-- city: one row of figures in the order of kiosk.central.measures
SELECT
    (SELECT COUNT(*) FROM link),
    (SELECT COUNT(*) FROM link WHERE heard_ms >= :heard_since_ms),
    (SELECT COALESCE(SUM(acked), 0) FROM link),
    (SELECT COALESCE(SUM(head - acked), 0) FROM link WHERE head > acked),
    (SELECT COUNT(*) FROM open_ticket WHERE state = 0 AND day = :day),
    (SELECT COUNT(*) FROM incident WHERE closed_ms IS NULL AND stage = 2),
    (SELECT COUNT(*) FROM notice WHERE state = 0);
