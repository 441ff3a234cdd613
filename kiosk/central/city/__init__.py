"""Others outside of central are told of every change of a dossier, and tell what they did with it.

1. ``dossier_change`` is the only source. Each consumer reads it in order; what it is to be told is a row of its own
   (``deliveries``): told, tried again, or set aside with a reason for people, and never forgotten.
2. Of one dossier nobody is told the second change before the first.
3. Telling again does no harm: a change has a number, and a file or a message about it is the same each time.
4. What comes back is believed only where it can follow from what is known (``following``). Anything else is set aside
   with its reason, and an admin tries it again.
"""
