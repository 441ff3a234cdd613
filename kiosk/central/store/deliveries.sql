-- start: from where a consumer reads, once
INSERT INTO change_reader (consumer, number) VALUES (:consumer, :number) ON CONFLICT (consumer) DO NOTHING;

-- newest: the last change there is
SELECT coalesce(max(number), 0) FROM dossier_change;

-- take_turn: for one worker at a time
UPDATE change_reader SET lease_ms = :lease_ms WHERE consumer = :consumer AND (lease_ms <= :now_ms OR lease_ms > :longest_ms)
RETURNING number;

-- end_turn: how far it has read
UPDATE change_reader SET number = :number, lease_ms = 0 WHERE consumer = :consumer;

-- add: a change to be told; nothing when it is known
INSERT INTO delivery (consumer, number, code, state, made_ms, due_ms) VALUES (:consumer, :number, :code, 0, :now_ms, :due_ms)
ON CONFLICT (consumer, number) DO NOTHING;

-- claim: the oldest that are due, of each dossier the first
UPDATE delivery SET lease_ms = :lease_ms, tries = tries + 1
WHERE consumer = :consumer AND number IN (
    SELECT waiting.number FROM delivery AS waiting
    WHERE waiting.consumer = :consumer AND waiting.state = 0 AND waiting.due_ms <= :now_ms
        AND (waiting.lease_ms <= :now_ms OR waiting.lease_ms > :longest_ms)
        AND NOT EXISTS (SELECT 1 FROM delivery AS earlier WHERE earlier.consumer = :consumer
            AND earlier.code = waiting.code AND earlier.state = 0 AND earlier.number < waiting.number)
    ORDER BY waiting.number LIMIT :most)
RETURNING number, code, tries;

-- change: one line of what happened
SELECT at_ms, act, status, done_by, note FROM dossier_change WHERE number = :number;

-- settle: how a try ended, unless its lease had ended and somebody else tried
UPDATE delivery SET state = :state, due_ms = :due_ms, done_ms = :done_ms, problem = :problem, lease_ms = 0, tries = :took
WHERE consumer = :consumer AND number = :number AND tries = :tries AND state = 0;

-- counts: by consumer and state
SELECT consumer, state, count(*), min(made_ms) FROM delivery WHERE state IN (0, 2) GROUP BY consumer, state;

-- last_told: by consumer
SELECT consumer, max(done_ms) FROM delivery WHERE state = 1 GROUP BY consumer;

-- troubled: what waits after a failed try or was set aside
SELECT consumer, number, code, state, made_ms, due_ms, tries, problem FROM delivery
WHERE consumer = :consumer AND state IN (0, 2) AND problem <> '' ORDER BY state DESC, number LIMIT :limit;

-- again: what was set aside or waits is tried now
UPDATE delivery SET state = 0, due_ms = :now_ms, tries = 0, done_ms = NULL
WHERE consumer = :consumer AND (number = :number OR :number = 0) AND state IN (0, 2) AND lease_ms <= :now_ms;

-- told_to: how often somebody was told since
SELECT count(*) FROM delivery WHERE consumer = :consumer AND code = :code AND state = 1 AND done_ms > :since_ms;

-- is_overtaken: a later change of the same dossier is to be told, too
SELECT 1 FROM delivery WHERE consumer = :consumer AND code = :code AND state = 0 AND number > :number LIMIT 1;

-- forget: what was told long ago
DELETE FROM delivery WHERE done_ms < :before_ms;
