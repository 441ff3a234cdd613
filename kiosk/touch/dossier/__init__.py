"""A dossier at the kiosk: what is typed, asked, handed in and looked up. Pure, except for what ``kiosk.touch`` wires."""
