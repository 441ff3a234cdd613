-- put_link: a number for the link of a dossier, once
INSERT INTO citizen_stop (code, id) VALUES (:code, :id) ON CONFLICT (code) DO NOTHING;

-- link: of a dossier
SELECT id, stopped_ms FROM citizen_stop WHERE code = :code;

-- by_link: the dossier that a link stands for
SELECT code, stopped_ms FROM citizen_stop WHERE id = :id;

-- stop: no more messages about it
UPDATE citizen_stop SET stopped_ms = :now_ms WHERE id = :id AND stopped_ms IS NULL;
