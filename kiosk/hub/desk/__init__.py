"""Dossiers at the counter: what officers see and do. Every act needs central, and nothing is half done without it.

1. An officer acts on the revision that is on his page. Who was slower is told, and sees what has changed.
2. Supplements are asked for once, with all reasons; a second time only after the warning that it then counts as late.
3. What is printed comes from what central has, and says that it is a print from the system and not signed.
"""
