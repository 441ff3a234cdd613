DROP TRIGGER hour_figures_added ON hour_figures;
DROP TRIGGER hour_figures_changed ON hour_figures;
DROP FUNCTION mark_stale_days();
