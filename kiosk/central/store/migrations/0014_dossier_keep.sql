-- For finding dossiers whose time to be kept is over.
CREATE INDEX dossier_ended ON dossier (ended_ms) WHERE ended_ms IS NOT NULL;
