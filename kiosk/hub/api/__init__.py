"""The hub's HTTP API: one typed route table, from which the routes and /openapi.json are made.

A handler is: who asks, what they ask, one use case, the answer. Everything else (limits, decoding, errors) is in
``endpoint`` and the same for all.
"""
