-- open_for_change: all of a dossier, held until the transaction ends
SELECT state, centre, handled_by, sealed FROM dossier WHERE code = :code FOR UPDATE;
