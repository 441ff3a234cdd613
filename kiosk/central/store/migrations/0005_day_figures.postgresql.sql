-- Once for a statement, not for a row. DO UPDATE and not DO NOTHING: only that waits for whoever is just taking the row away.
CREATE FUNCTION mark_stale_days() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO stale_day (centre, day) SELECT DISTINCT centre, day FROM fresh ORDER BY centre, day
    ON CONFLICT (centre, day) DO UPDATE SET day = excluded.day;
    RETURN NULL;
END;
$$;

CREATE TRIGGER hour_figures_added AFTER INSERT ON hour_figures
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION mark_stale_days();

CREATE TRIGGER hour_figures_changed AFTER UPDATE ON hour_figures
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION mark_stale_days();
