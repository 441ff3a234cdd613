-- add_group: a group of centres
INSERT INTO centre_group (id, name_vi, name_en) VALUES (:id, :name_vi, :name_en);

-- groups: all groups
SELECT id, name_vi, name_en FROM centre_group ORDER BY id;

-- put_group: a group as a list of centres names it; what is known of it stays
INSERT INTO centre_group (id, name_vi, name_en) VALUES (:id, :id, :id) ON CONFLICT (id) DO NOTHING;

-- centres: all centres
SELECT id, code, name_vi, name_en, group_id, grid_x, grid_y FROM centre ORDER BY id;

-- centre_by_code: the centre of that code
SELECT id, name_vi, name_en FROM centre WHERE code = :code;

-- last_centre: the highest number that was given to a centre
SELECT coalesce(max(id), 0) FROM centre;

-- put_centre: a centre as a list names it
INSERT INTO centre (id, code, name_vi, name_en, group_id, grid_x, grid_y)
VALUES (:id, :code, :name_vi, :name_en, :group_id, :grid_x, :grid_y)
ON CONFLICT (code) DO UPDATE SET name_vi = excluded.name_vi, name_en = excluded.name_en,
    group_id = excluded.group_id, grid_x = excluded.grid_x, grid_y = excluded.grid_y;

-- add_code: a code that enrols one device of a centre
INSERT INTO enrol_code (code_sha256, centre, expires_ms) VALUES (:code_sha256, :centre, :expires_ms);

-- use_code: take a code that is still good; no row when there is none
UPDATE enrol_code SET used_ms = :now_ms
WHERE code_sha256 = :code_sha256 AND used_ms IS NULL AND expires_ms > :now_ms
RETURNING centre;

-- code_centre: of a code that is still good
SELECT centre FROM enrol_code WHERE code_sha256 = :code_sha256 AND used_ms IS NULL AND expires_ms > :now_ms;

-- centre_code: the code of a centre
SELECT code FROM centre WHERE id = :centre;

-- add_device: a device that enrolled
INSERT INTO device (id, centre, public_key, enrolled_ms, code_sha256)
VALUES (:id, :centre, :public_key, :enrolled_ms, :code_sha256);

-- device: one device, and the code that it came with
SELECT device.centre, device.revoked_ms, centre.code, device.code_sha256
FROM device JOIN centre ON centre.id = device.centre WHERE device.id = :id;

-- revoke: a device that is lost
UPDATE device SET revoked_ms = :now_ms WHERE id = :id AND revoked_ms IS NULL;

-- add_link: the line to a centre, at its first enrolment
INSERT INTO link (centre, epoch, acked, head, heard_ms, offset_ms) VALUES (:centre, 0, 0, 0, :now_ms, 0)
ON CONFLICT (centre) DO NOTHING;

-- devices: those that came or were revoked since then
SELECT device.id, device.centre, device.public_key, device.revoked_ms, centre.code
FROM device JOIN centre ON centre.id = device.centre
WHERE device.enrolled_ms >= :since_ms OR device.revoked_ms >= :since_ms;
