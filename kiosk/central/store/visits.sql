-- due: days of centres whose visits with dossiers can be counted: the centre has told of a later day
SELECT DISTINCT v.centre, v.day FROM dossier_visit AS v WHERE v.day < :day
    AND EXISTS (SELECT 1 FROM event WHERE event.centre = v.centre AND event.at_ms >= :midnight_ms)
ORDER BY v.centre, v.day LIMIT :most;

-- take: the visits of a day, which are counted now; another worker finds none
DELETE FROM dossier_visit WHERE centre = :centre AND day = :day RETURNING epoch, ticket, procedure;

-- finished: who was served on a day, first to last
SELECT epoch, kind, ticket, service, counter, detail FROM event
WHERE centre = :centre AND at_ms >= :from_ms AND at_ms < :until_ms AND kind = :kind ORDER BY at_ms, seq;

-- add: visits of a day and the time that they took
INSERT INTO procedure_figures (centre, day, procedure, visits, spent_s)
VALUES (:centre, :day, :procedure, :visits, :spent_s)
ON CONFLICT (centre, day, procedure) DO UPDATE SET
    visits = procedure_figures.visits + excluded.visits, spent_s = procedure_figures.spent_s + excluded.spent_s;
