"""Somebody waits too long: one incident for a centre and service, from the first early word to its end.

1. What may be wrong raises nothing: a line that is down or catching up, yesterday's tickets, a clock that was set.
2. The database decides who raises: a partial unique index, rows claimed with SKIP LOCKED. Workers share nothing else.
3. A ticket is looked at when its moment has come and not before: the cost grows with who is late, not with who waits.
"""
