"""Bytes to and from a line. The only place that touches a port; operating-system errors are translated here, once."""
