-- put_report: what a centre reports replaces what it reported before
INSERT INTO centre_report (centre, version, refused, state, ill, reported_ms, report, own, own_sha256)
VALUES (:centre, :version, :refused, :state, :ill, :reported_ms, :report, :own, :own_sha256)
ON CONFLICT (centre) DO UPDATE SET version = excluded.version, refused = excluded.refused, state = excluded.state,
    ill = excluded.ill, reported_ms = excluded.reported_ms, report = excluded.report,
    own = CASE WHEN excluded.own = '' THEN centre_report.own ELSE excluded.own END,
    own_sha256 = CASE WHEN excluded.own = '' THEN centre_report.own_sha256 ELSE excluded.own_sha256 END
RETURNING own_sha256;

-- report: what a centre reported last
SELECT report, reported_ms FROM centre_report WHERE centre = :centre;

-- reports: what centres reported last
SELECT centre, version, refused, state, ill, report FROM centre_report;

-- next_command: the number of the next command for a centre: the second in which it is given, or one more than the last.
-- A hub takes no number twice, and a database that was put back from a backup does not know which were given since.
INSERT INTO centre_settings (centre, command, change_no) VALUES (:centre, :now_s, :change_no)
ON CONFLICT (centre) DO UPDATE SET change_no = excluded.change_no,
    command = CASE WHEN centre_settings.command < excluded.command THEN excluded.command ELSE centre_settings.command + 1 END
RETURNING command;

-- add_command: a command that a hub is to carry out
INSERT INTO command (centre, number, kind, target, author, issued_ms, expires_ms)
VALUES (:centre, :number, :kind, :target, :author, :issued_ms, :expires_ms);

-- open_commands: what a hub has not answered
SELECT number, kind, target, author, issued_ms, expires_ms FROM command
WHERE centre = :centre AND number > :after AND state = 'open' AND expires_ms > :now_ms ORDER BY number LIMIT 20;

-- end_command: its result; the first one counts
UPDATE command SET state = :state, detail = :detail, done_ms = :now_ms, attachment = :attachment,
    attachment_kind = :attachment_kind
WHERE centre = :centre AND number = :number AND state = 'open';

-- has_command: whether there is such a command
SELECT 1 FROM command WHERE centre = :centre AND number = :number;

-- expire_commands: nobody answered in time
UPDATE command SET state = 'expired', done_ms = :now_ms WHERE state = 'open' AND expires_ms < :answer_until_ms;

-- commands: the newest commands of a centre
SELECT number, kind, target, author, issued_ms, expires_ms, state, detail, done_ms, attachment_kind FROM command
WHERE centre = :centre ORDER BY number DESC LIMIT :most;

-- attachment: what came with a result
SELECT attachment, attachment_kind FROM command WHERE centre = :centre AND number = :number AND attachment IS NOT NULL;

-- drop_attachments: logs and pictures are kept for a while
UPDATE command SET attachment = NULL, attachment_kind = '' WHERE issued_ms < :before_ms AND attachment IS NOT NULL;

-- drop_commands: old commands
DELETE FROM command WHERE issued_ms < :before_ms;

-- add_state: unless the device was in that state already
INSERT INTO device_state (centre, part, device, at_ms, kind, condition, paper, detail)
SELECT :centre, :part, :device, :at_ms, :kind, :condition, :paper, :detail
WHERE NOT EXISTS (
    SELECT 1 FROM device_state AS s WHERE s.centre = :centre AND s.part = :part AND s.device = :device
        AND s.condition = :condition AND s.paper = :paper AND s.at_ms = (
            SELECT max(at_ms) FROM device_state AS n
            WHERE n.centre = s.centre AND n.part = s.part AND n.device = s.device)
) ON CONFLICT (centre, part, device, at_ms) DO NOTHING;

-- states: the history of a device, newest first
SELECT at_ms, condition, paper, detail FROM device_state
WHERE centre = :centre AND part = :part AND device = :device ORDER BY at_ms DESC LIMIT :most;

-- drop_states: old changes
DELETE FROM device_state WHERE at_ms < :before_ms;

-- add_audit: who did what
INSERT INTO audit (at_ms, id, author, act, subject, centre, group_id, detail)
VALUES (:at_ms, :id, :author, :act, :subject, :centre, :group_id, :detail);

-- audits: the newest acts
SELECT at_ms, author, act, subject, centre, group_id, detail FROM audit ORDER BY at_ms DESC, id DESC LIMIT :most;

-- drop_audits: old acts
DELETE FROM audit WHERE at_ms < :before_ms;

-- healths: the newest heartbeat of each centre
SELECT centre.id, centre.code, centre.name_vi, centre.name_en, centre.group_id, coalesce(link.heard_ms, 0),
    coalesce(link.offset_ms, 0), coalesce(link.version, ''), link.health
FROM centre LEFT JOIN link ON link.centre = centre.id ORDER BY centre.code;

-- visitors: tickets of each centre since that day, and on how many days
SELECT centre, sum(issued), count(DISTINCT day) FROM hour_figures WHERE day >= :since GROUP BY centre;
