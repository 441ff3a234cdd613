"""The hub's SQLite database: the only place of the product's centre that knows SQL.

1. WAL with ``synchronous=FULL``: what was acknowledged survives a power cut.
2. One thread writes (``writer``); readers have their own connections and never wait for it.
3. SQL stands in ``.sql`` files, one named query with its purpose; ``schema.sql`` is the sum of ``migrations/``.
4. The database itself makes a double number, a double call and a second holder impossible (unique indexes).
"""
