-- lock_changes: one change after the other until the transaction ends, so that their numbers are in the order of commits
SELECT pg_advisory_xact_lock(7956004176);

-- open_for_change: all of a dossier, held until the transaction ends
SELECT dossier.state, dossier.centre, dossier.handled_by, dossier.sealed, here.name_vi, here.name_en, ward.name_vi, ward.name_en
FROM dossier LEFT JOIN centre AS here ON here.id = dossier.centre
LEFT JOIN centre AS ward ON ward.code = dossier.handled_by
WHERE dossier.code = :code FOR UPDATE OF dossier;
