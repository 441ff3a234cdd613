-- earlier_epochs: epochs of these centres that are over
SELECT centre, epoch, no, acked FROM epoch WHERE centre = :centre;

-- end_epoch: an epoch is over, or more of it came later
INSERT INTO epoch (centre, epoch, no, acked) VALUES (:centre, :epoch, :no, :acked)
ON CONFLICT (centre, epoch) DO UPDATE SET acked = excluded.acked;

-- carry_tickets: the tickets of the database that was restored go on in the one that it became
UPDATE open_ticket SET epoch = :epoch WHERE centre = :centre;

-- lose_tickets: what the restored database does not know will never be ended
DELETE FROM open_ticket WHERE centre = :centre AND ticket IN (
    SELECT ticket FROM event
    WHERE centre = :centre AND epoch = :epoch_no AND seq >= :first AND kind IN (1, -1)
        AND at_ms >= (SELECT coalesce(min(issued_ms), 0) FROM open_ticket WHERE centre = :centre)
);

-- history: what happened to a ticket, in order
SELECT seq, at_ms, kind, ticket, service, counter, detail FROM event
WHERE centre = :centre AND at_ms >= :since_ms AND epoch = :epoch_no AND ticket = :ticket ORDER BY seq;

-- words: all words of a centre
SELECT kind, word, id FROM word WHERE centre = :centre;

-- end_day: who was missed on an earlier day does not come any more
DELETE FROM open_ticket WHERE centre = :centre AND day < :day;

-- put_kept: how promises of a day were kept; a hub that came back from a backup tells it once more
INSERT INTO kept_promises (centre, day, service, called, under_p10, under_p50, under_p90, late)
VALUES (:centre, :day, :service, :called, :under_p10, :under_p50, :under_p90, :late)
ON CONFLICT (centre, day, service) DO UPDATE SET
    called = excluded.called, under_p10 = excluded.under_p10, under_p50 = excluded.under_p50,
    under_p90 = excluded.under_p90, late = excluded.late;

-- put_visit: a dossier was handed in or worked on during a visit
INSERT INTO dossier_visit (centre, epoch, ticket, code, procedure, day)
VALUES (:centre, :epoch, :ticket, :code, :procedure, :day) ON CONFLICT DO NOTHING;

-- make_partitions: nothing to do
SELECT 0;
