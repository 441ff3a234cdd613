-- layer: a layer with its draft
SELECT head, newest, draft, revision, draft_by, draft_ms FROM settings_layer WHERE kind = :kind AND id = :id;

-- layers: all layers
SELECT kind, id, head, newest, draft IS NOT NULL, draft_by, draft_ms FROM settings_layer ORDER BY kind, id;

-- heads: which version of which layer holds
SELECT kind, id, head FROM settings_layer WHERE head > 0;

-- add_layer: a layer that says nothing yet
INSERT INTO settings_layer (kind, id) VALUES (:kind, :id) ON CONFLICT (kind, id) DO NOTHING;

-- save_draft: unless somebody saved since; no row then
UPDATE settings_layer SET draft = :draft, revision = revision + 1, draft_by = :author, draft_ms = :now_ms
WHERE kind = :kind AND id = :id AND revision = :revision;

-- drop_draft: what was not published, unless somebody saved since
UPDATE settings_layer SET draft = NULL, revision = revision + 1, draft_by = :author, draft_ms = :now_ms
WHERE kind = :kind AND id = :id AND revision = :revision;

-- take_draft: it becomes the next version
UPDATE settings_layer SET draft = NULL, revision = revision + 1, newest = newest + 1
WHERE kind = :kind AND id = :id AND revision = :revision
RETURNING newest, head;

-- add_version: what a layer says from now on
INSERT INTO settings_version (kind, id, version, tree, author, reason, made_ms)
VALUES (:kind, :id, :version, :tree, :author, :reason, :made_ms);

-- version: what a layer said in one version
SELECT tree FROM settings_version WHERE kind = :kind AND id = :id AND version = :version;

-- versions: the history of a layer, newest first
SELECT version, author, reason, made_ms, tree FROM settings_version WHERE kind = :kind AND id = :id ORDER BY version DESC LIMIT :most;

-- set_head: the version that holds
UPDATE settings_layer SET head = :version WHERE kind = :kind AND id = :id;

-- own_file: what the centre's own file says
SELECT own FROM centre_report WHERE centre = :centre;

-- own_files: which centres told what their own files say
SELECT centre, own_sha256 FROM centre_report WHERE own_sha256 <> '';
