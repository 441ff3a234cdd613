"""What the city wants of this centre: settings that are taken up while the hub runs, and commands carried out once.

    keeper     the thread that decides: takes settings up, watches their trial, collects what kiosks say
    errands    commands: who carries them out, what came of them
    desk       the kiosks' side: the same document, their commands, their reports

How it comes and goes over the line is in ``kiosk.hub.sync`` (``desired``, ``reports``).
"""
