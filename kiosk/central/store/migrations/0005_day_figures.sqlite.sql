CREATE TRIGGER hour_figures_added AFTER INSERT ON hour_figures BEGIN
    INSERT INTO stale_day (centre, day) SELECT new.centre, new.day
    WHERE NOT EXISTS (SELECT 1 FROM stale_day WHERE centre = new.centre AND day = new.day);
END;

CREATE TRIGGER hour_figures_changed AFTER UPDATE ON hour_figures BEGIN
    INSERT INTO stale_day (centre, day) SELECT new.centre, new.day
    WHERE NOT EXISTS (SELECT 1 FROM stale_day WHERE centre = new.centre AND day = new.day);
END;
