"""The database of central: SQL in files, SQLite or PostgreSQL."""
