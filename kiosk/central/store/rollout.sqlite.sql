-- pins: what these centres are to run with
SELECT centre, pins FROM centre_settings WHERE centre IN (SELECT value FROM json_each(:centres));

-- versions_of: the versions of these centres
SELECT centre, version FROM centre_settings WHERE centre IN (SELECT value FROM json_each(:centres));
