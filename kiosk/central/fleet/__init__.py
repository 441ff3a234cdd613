"""Settings that admins publish, and the machines that they are for.

``layerbook`` keeps the layers with their history, ``rollout`` brings a new version to the centres wave by wave and back
again, ``desired`` wakes the hubs that wait for it, ``orders`` are single commands, ``reports`` what hubs tell.
"""
