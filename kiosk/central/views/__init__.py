"""Pictures of what central knows: the city now, one centre now, figures over time. Each is read in one transaction."""
