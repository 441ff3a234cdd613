"""What the hub does, one function for each intention, one transaction for each function. The ports are in ``ports``."""
