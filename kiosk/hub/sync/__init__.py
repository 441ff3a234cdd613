"""Delivery: what happened goes to central, in order, each event once, whatever the line and the clocks do.

1. The outbox is read through a connection of its own; stored JSON is joined, never decoded: counters notice nothing.
2. Central's word on what it has is final. A connection that breaks says nothing: the same is sent again.
3. Nothing is dropped because it could not be sent. Nothing here can fail a call, a ticket or a page.

    pace        when to try again, how much at once        offset     how wrong the hub's clock is
    batch       rows to bytes                              position   which row is next, in which epoch
    enrolment   the device's key and name                  line       signed requests and what their answers mean
    door        the way to central for others              asking   questions that somebody waits for
    dossiers    submissions and their papers, in order
    health      what a heartbeat tells of the machine      courier    the thread that does it all
"""
