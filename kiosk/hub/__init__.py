"""The hub: one per centre. It holds today's truth of the queue, serves kiosks, staff and screens, drives displays."""
