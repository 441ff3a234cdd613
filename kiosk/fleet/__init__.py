"""Simulated centres against a real central: for load tests, for the demonstration, and to see that nothing is lost.

Each centre has a key of its own and speaks as a hub does: enrolled, signed, in compressed batches, with heartbeats.
What happens at a centre is a pure function of its shape and a seed, so any row can be made again when central asks.
"""
