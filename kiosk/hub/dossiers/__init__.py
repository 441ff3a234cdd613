"""Dossiers at the hub: drafts of citizens at a kiosk, their papers, submissions on their way to central, look-ups.

1. Everything personal is sealed on the disk (``kiosk.papers.vault``) or in memory, never in the database, an event, a
   log line or an address that is logged.
2. A draft is wiped when its citizen leaves, when it was submitted and central has it, and after a day at the latest.
3. Disk and processor are used beside the counters: in threads of its own, files by a process that comes last.

    draft      what is on the disk, and what it means: pure     shelf      drafts on the disk
    forms      what is asked                                    inbox      uploads on their way in
    drafting   what a kiosk does with a draft                   intake     files become papers, in the background
    phone      papers from the citizen's own phone              submitting submit: code, receipt, what goes to central
    receiving  what is brought to a counter on paper
    turns      whose file is next
    tries      who asks too often                               lookup     look-ups and results, asked of central
"""
