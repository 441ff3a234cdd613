"""Versioned messages between the processes (msgspec). Instants are ms since the epoch, durations say their unit."""
