-- Who may see what of central, and who is signed in.

CREATE TABLE account (
    name TEXT PRIMARY KEY,
    display_name TEXT NOT NULL,
    role TEXT NOT NULL,                   -- city-admin, group-admin, centre-head, viewer
    scope_kind TEXT NOT NULL,             -- city, group, centre
    scope TEXT NOT NULL,                  -- '' for the city, else the group's id or the centre's code
    password_hash TEXT NOT NULL,          -- argon2id
    disabled INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE sign_in_session (
    token_sha256 TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    seen_ms BIGINT NOT NULL
);
CREATE INDEX sign_in_session_account ON sign_in_session (account);
