-- staff: somebody who may sign in
SELECT name, display_name, role, password_hash FROM staff WHERE name = :name AND NOT disabled;

-- all_staff: everybody, also those who may no longer sign in
SELECT name, display_name, role, disabled FROM staff ORDER BY name;

-- add_staff: somebody new
INSERT INTO staff (name, display_name, role, password_hash) VALUES (:name, :display_name, :role, :password_hash);

-- set_password: a new password
UPDATE staff SET password_hash = :password_hash, disabled = 0 WHERE name = :name;

-- disable_staff: may no longer sign in
UPDATE staff SET disabled = 1 WHERE name = :name;

-- start_session: somebody signed in
INSERT INTO session (token_hash, staff, created_ms, seen_ms) VALUES (:token_hash, :name, :now_ms, :now_ms);

-- session: who is signed in with a cookie
SELECT name, display_name, role, password_hash, created_ms, seen_ms
FROM session JOIN staff ON staff.name = session.staff
WHERE token_hash = :token_hash AND NOT disabled AND seen_ms >= :seen_since_ms AND created_ms >= :created_since_ms;

-- touch_session: the session is in use
UPDATE session SET seen_ms = :now_ms WHERE token_hash = :token_hash AND seen_ms < :now_ms;

-- end_session: somebody signed out
DELETE FROM session WHERE token_hash = :token_hash;

-- end_sessions_of: all sessions of somebody
DELETE FROM session WHERE staff = :name;

-- forget_sessions: sessions that are too old to be used
DELETE FROM session WHERE created_ms < :created_since_ms;

-- token: whose token it is
SELECT kind, name FROM token WHERE token_hash = :token_hash AND revoked_ms IS NULL;

-- all_tokens: every token that may be used
SELECT kind, name, created_ms FROM token WHERE revoked_ms IS NULL ORDER BY kind, name;

-- add_token: a new kiosk or hall screen
INSERT INTO token (token_hash, kind, name, created_ms) VALUES (:token_hash, :kind, :name, :now_ms);

-- revoke_token: it may no longer be used
UPDATE token SET revoked_ms = :now_ms WHERE kind = :kind AND name = :name AND revoked_ms IS NULL;
