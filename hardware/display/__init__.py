"""Counter displays: a pure codec for each family, and one driver that owns a line and every display on it."""
