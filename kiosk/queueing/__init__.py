"""The queue domain: tickets, counters, services, who is next, numbering, opening hours, wait estimates.

Pure: no I/O, no threads, no logging, no clock; ``now_ms`` is an argument.
"""
