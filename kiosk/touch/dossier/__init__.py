"""A dossier at the kiosk: what is typed, asked, handed in and looked up. Pure; ``kiosk.touch`` wires it."""
