-- forget_events: the tables of months that are over before then; one row for each
SELECT drop_event_months(:before_ms);
