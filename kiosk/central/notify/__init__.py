"""Tells people: notices are rows, claimed with a lease, sent through Apprise or to an SMS gateway, tried again.

1. A notice is one row for an incident, channel, kind and level: it cannot be made twice; one worker at a time sends it.
2. Each channel has threads of its own and a time limit: a gateway that hangs holds up nobody else's message.
3. A gateway's yes is believed only when it was said completely; whatever else happened, the notice is tried again.
   So a message may come twice after a fault, and never not at all without the page and the log saying so.
4. No password of a channel reaches the log, the database or a page.
"""
