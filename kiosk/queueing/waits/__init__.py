"""Wait estimates that hold: the queue simulated forward, what was learnt from past days, and a correction of both.

``estimator.WaitEstimator`` is what the hub and the replay use. Its parts::

    events      what happens in a hall, as the outbox or a log tells it
    hall        the queue at this moment, rebuilt from events
    pace        decayed counts, averages and levels
    durations   how long services take: service, counter, today
    no_shows    who is called and does not come
    arrivals    when priority citizens come
    timetable   when counters are open, learnt from past days
    chance      random numbers that belong to a person or a counter
    simulation  the queue played forward many times
    features    the moment of issue as numbers
    sharing     which lanes have the same counters, where the log does not tell
    learner     what past days teach, from those numbers: bound to two rules where the queue is played
    boosting    boosted trees that learn quantiles where it is not
    network     small neural networks that learn quantiles
    ridge       a smooth surface that learns the median beside them
    scaling     numbers as networks and surface want them
    blend       which half to believe, by recent accuracy
    coverage    rolling correction, so that nine of ten wait less than the p90
"""
