-- pre: why a dossier does not get on, so that a supervisor sees more than that it is not there.

ALTER TABLE submission ADD COLUMN trouble TEXT NOT NULL DEFAULT '';  -- why it was put off, in a word; "": it was not
