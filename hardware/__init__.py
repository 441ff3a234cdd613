"""Ticket printers, counter displays, scanners and cameras on serial lines. Knows nothing of kiosk; usable alone.

Layers, top to bottom (checked by import-linter)::

    catalog | cameras > simulated > supervisor > printer | display | scanner | camera > transport
        > profiles > contracts > errors
"""
