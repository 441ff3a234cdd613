"""DOMAIN: procedures, dossier codes, statuses and due dates. Pure: no I/O, ``now`` is an argument."""
