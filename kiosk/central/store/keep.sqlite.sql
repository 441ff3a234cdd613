-- forget_events: the oldest of each centre, a piece at a time; an event whose time cannot be believed has no age and stays
DELETE FROM event WHERE (centre, at_ms, epoch, seq) IN (
    SELECT e.centre, e.at_ms, e.epoch, e.seq FROM centre CROSS JOIN event AS e ON e.centre = centre.id
    WHERE e.at_ms < :before_ms AND e.kind >= 0 LIMIT :most
);
