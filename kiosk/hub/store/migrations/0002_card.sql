-- pre: marks of ID cards, apart from the tickets.

CREATE TABLE ticket_card (
    ticket INTEGER PRIMARY KEY REFERENCES ticket (id),
    keyed_hash TEXT NOT NULL,
    last4 TEXT NOT NULL
) STRICT;

CREATE INDEX ticket_card_hash ON ticket_card (keyed_hash, ticket);
