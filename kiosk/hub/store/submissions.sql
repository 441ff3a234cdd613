-- of_draft: what became of a draft
SELECT * FROM submission WHERE draft = :draft;

-- all: every submission that is still known
SELECT * FROM submission ORDER BY number;

-- add: a new one
INSERT INTO submission (draft, code, submitted_ms, shown) VALUES (:draft, :code, :now_ms, :shown);

-- shown: somebody was given its code
UPDATE submission SET shown = 1 WHERE draft = :draft AND shown = 0;

-- renumber: another code for one that central does not have: by staff after central refused the first, else while nobody was given it
UPDATE submission SET code = :code, shown = :by_staff, trouble = '', not_before_ms = 0
WHERE number = :number AND code = :before AND acked = 0
    AND CASE WHEN :by_staff THEN trouble IN ('code_taken', 'agency_taken') ELSE shown = 0 END;

-- offered: it is offered again with that code, and until central refuses it again nobody changes the code
UPDATE submission SET trouble = '' WHERE number = :number AND code = :code AND acked = 0;

-- move_visits: to the code that a dossier has now
UPDATE dossier_visit SET code = :code WHERE code = :before;

-- next_to_send: the oldest that central does not have and that is not put off
SELECT * FROM submission WHERE done_ms IS NULL AND not_before_ms <= :now_ms ORDER BY number LIMIT 1;

-- acked: central has the submission itself
UPDATE submission SET acked = 1, trouble = '' WHERE number = :number;

-- papers: central has so many of its files
UPDATE submission SET papers_sent = :sent, trouble = '' WHERE number = :number;

-- done: central has all of it
UPDATE submission SET acked = 1, done_ms = :now_ms WHERE number = :number;

-- unsent: those that central does not have whole, oldest first
SELECT * FROM submission WHERE done_ms IS NULL ORDER BY number;

-- put_off: it does not get on for that reason; not again before
UPDATE submission SET not_before_ms = :until_ms, trouble = :trouble WHERE number = :number;

-- forget: nobody asks for it any more
DELETE FROM submission WHERE draft = :draft AND done_ms IS NOT NULL;

-- note_visit: a dossier was worked on while that ticket was at a counter, or came with it
INSERT INTO dossier_visit (code, ticket) VALUES (:code, :ticket) ON CONFLICT DO NOTHING;
