"""Ticket printers: document -> bytes (pure), status bytes -> facts (pure), and the driver that owns a port."""
