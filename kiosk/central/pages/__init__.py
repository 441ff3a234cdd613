"""Pages of central: the city now, a centre now, figures over time, the monthly report.

1. A handler asks who is there first, and then only for what that account's scope covers.
2. Live pages get whole snapshots; all who watch the city share one reading of the database.
3. Charts are SVG made here, each with its table: what is printed or heard says the same as what is seen.
"""
