-- epochs: where each epoch begins, in the order in which they began
SELECT epoch, first FROM epoch ORDER BY first, epoch;

-- head: the newest row that ever was
SELECT seq FROM sqlite_sequence WHERE name = 'outbox';

-- rows: what comes after a row
SELECT seq, at_ms, event FROM outbox WHERE seq > :after AND seq <= :last ORDER BY seq LIMIT :limit;

-- oldest: the lowest row that still exists, from a row on
SELECT min(seq) FROM outbox WHERE seq >= :first AND seq <= :last;

-- unsent: how many rows come after the last one that central has; not counted one by one, there may be a year of them
SELECT (SELECT max(seq) FROM outbox) - max(:acked, (SELECT min(seq) FROM outbox) - 1);

-- begin_epoch: what comes now belongs to another epoch
INSERT INTO epoch (epoch, first) VALUES (:epoch, :first);

-- newest_epoch: the highest of all
SELECT max(epoch) FROM epoch;

-- ages: the first rows of all, when they are to be forgotten
SELECT seq, at_ms FROM outbox WHERE seq >= 0 AND seq <= :last ORDER BY seq LIMIT :limit;

-- forget_rows: rows that central has, or that nobody will ever ask for
DELETE FROM outbox WHERE seq <= :last;

-- forget_calls: calls of days that nobody looks at any more
DELETE FROM call WHERE call_id IN (SELECT call_id FROM call WHERE day < :day ORDER BY day, call_id LIMIT :limit);
