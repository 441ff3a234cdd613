-- version: the newest migration that was carried out
PRAGMA user_version;
