-- claim: the oldest notices of a channel, for one worker until the lease ends
UPDATE notice SET lease_ms = :lease_ms, tries = tries + 1 WHERE id IN (
    SELECT id FROM notice
    WHERE channel = :channel AND state = 0 AND due_ms <= :now_ms
        AND (lease_ms <= :now_ms OR lease_ms > :now_ms + :longest_ms)
    ORDER BY due_ms, made_ms LIMIT :most FOR UPDATE SKIP LOCKED)
RETURNING id, centre, incident, kind, level, tries;
