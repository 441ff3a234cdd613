"""Pages of the hub: counter console, hall screen, supervisor page and the public page of one ticket.

A page is rendered twice from the same template: whole when it is opened, and its live region on every change.
Handlers ask ``ports.Reader`` for one picture, the view modules turn it into what is shown, templates only place it.
"""
