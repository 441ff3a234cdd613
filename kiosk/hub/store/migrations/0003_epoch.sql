-- pre: which rows of the outbox belong to which epoch, so that rows of a backup are not told again under another name.

CREATE TABLE epoch (
    epoch INTEGER PRIMARY KEY,
    first INTEGER NOT NULL               -- the first row of the outbox that belongs to it
) STRICT;

-- A backup has lost the name of its epoch; what it holds was never told to anybody.
INSERT INTO epoch (epoch, first) SELECT max(epoch, 1), 1 FROM meta;
