-- claim: the oldest that are due, of each dossier the first
UPDATE delivery SET lease_ms = :lease_ms, tries = tries + 1
WHERE consumer = :consumer AND number IN (
    SELECT waiting.number FROM delivery AS waiting
    WHERE waiting.consumer = :consumer AND waiting.state = 0 AND waiting.due_ms <= :now_ms
        AND (waiting.lease_ms <= :now_ms OR waiting.lease_ms > :longest_ms)
        AND NOT EXISTS (SELECT 1 FROM delivery AS earlier WHERE earlier.consumer = :consumer
            AND earlier.code = waiting.code AND earlier.state = 0 AND earlier.number < waiting.number)
    ORDER BY waiting.number LIMIT :most FOR UPDATE OF waiting SKIP LOCKED)
RETURNING number, code, tries;
