"""Devices at the far end of pseudo-terminals: they answer, run out of paper, get unplugged. A part of the product."""
