DROP TRIGGER hour_figures_added;
DROP TRIGGER hour_figures_changed;
