"""Dossiers of the city: taken in once, acted on by officers, looked up by citizens; ``papers``: their files.

1. What is personal is sealed before it reaches the database; files are encrypted before they reach the disk.
2. A look-up costs the same whether there is such a dossier or not, and is counted per kiosk and per code.
3. An officer opens what his centre received or handles, and nothing else.
4. Every change appends one row to ``dossier_change`` in the same transaction, in the order of commits.
"""
