-- account: somebody who may sign in
SELECT name, display_name, role, scope_kind, scope, password_hash FROM account WHERE name = :name AND disabled = 0;

-- accounts: everybody, also those who may no longer sign in
SELECT name, display_name, role, scope_kind, scope, disabled FROM account ORDER BY name;

-- add_account: somebody new; no row when the name is taken
INSERT INTO account (name, display_name, role, scope_kind, scope, password_hash)
VALUES (:name, :display_name, :role, :scope_kind, :scope, :password_hash)
ON CONFLICT (name) DO NOTHING;

-- set_password: a new password, and in again
UPDATE account SET password_hash = :password_hash, disabled = 0 WHERE name = :name;

-- disable_account: may no longer sign in
UPDATE account SET disabled = 1 WHERE name = :name AND disabled = 0;

-- has_group: whether a group exists
SELECT 1 FROM centre_group WHERE id = :id;

-- has_centre: whether a centre exists
SELECT 1 FROM centre WHERE code = :code;

-- start_session: somebody signed in
INSERT INTO sign_in_session (token_sha256, account, created_ms, seen_ms) VALUES (:token, :name, :now_ms, :now_ms);

-- session: who is signed in with a cookie
SELECT account.name, display_name, role, scope_kind, scope, seen_ms
FROM sign_in_session JOIN account ON account.name = sign_in_session.account
WHERE token_sha256 = :token AND disabled = 0 AND seen_ms >= :seen_since_ms AND created_ms >= :created_since_ms;

-- touch_session: the session is in use
UPDATE sign_in_session SET seen_ms = :now_ms WHERE token_sha256 = :token AND seen_ms < :now_ms;

-- end_session: somebody signed out
DELETE FROM sign_in_session WHERE token_sha256 = :token;

-- end_sessions_of: all sessions of somebody
DELETE FROM sign_in_session WHERE account = :name;

-- forget_sessions: those too old to be used
DELETE FROM sign_in_session WHERE created_ms < :created_since_ms;
