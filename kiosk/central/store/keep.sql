-- old_incidents: those that ended so long ago that nobody asks for them
SELECT centre, id FROM incident WHERE closed_ms < :before_ms ORDER BY closed_ms LIMIT :most;

-- forget_notices: what was told of an incident
DELETE FROM notice WHERE centre = :centre AND incident = :id;

-- forget_incident: the incident itself
DELETE FROM incident WHERE centre = :centre AND id = :id AND closed_ms IS NOT NULL;

-- forget_codes: codes that are no longer good, used or not
DELETE FROM enrol_code WHERE expires_ms < :before_ms;
