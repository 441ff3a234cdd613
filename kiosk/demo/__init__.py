"""Shows the product: everything in processes of its own, with simulated devices that speak real bytes.

The demo and the tour start what an installation starts, configured by assets/demo; nothing here is imported by it.
"""
