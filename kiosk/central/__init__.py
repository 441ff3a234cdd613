"""CENTRAL: one for the city. What the hubs tell it, the warning when somebody waits too long, the dashboards.

1. Workers keep nothing that matters in memory: any number of them may share one PostgreSQL.
2. A centre's clock is never trusted: instants are corrected by what was measured at each request.
3. An event is stored once, by ``(centre, epoch, seq)``; waiting tickets and roll-ups change in the same transaction.
"""
