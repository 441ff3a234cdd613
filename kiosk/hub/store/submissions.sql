-- of_draft: what became of a draft
SELECT * FROM submission WHERE draft = :draft;

-- all: every submission that is still known
SELECT * FROM submission ORDER BY number;

-- add: a new one
INSERT INTO submission (draft, code, submitted_ms) VALUES (:draft, :code, :now_ms);

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
