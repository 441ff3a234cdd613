-- pre: whether somebody was given the code of a dossier: until then central's objection is met with another number.

ALTER TABLE submission ADD COLUMN shown INTEGER NOT NULL DEFAULT 1;
