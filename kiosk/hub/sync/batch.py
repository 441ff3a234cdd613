"""Rows of the outbox to the bytes of a ``Batch``. The stored texts are joined as they are: nobody decodes them here."""

import gzip
from dataclasses import dataclass, replace

import msgspec

from kiosk.hub.usecases.delivery import Stretch
from kiosk.wire.central_api import MAX_BODY, MAX_TEXT

#: Three quarters of what level 6 saves, for a third of its time.
_LEVEL = 3


@dataclass(frozen=True, slots=True)
class Parcel:
    """A batch as it goes over the line, and how many rows are in it."""

    body: bytes
    rows: int


def batch_text(centre: str, stretch: Stretch, sent_ms: int) -> bytes:
    """JSON of a ``Batch``; ``sent_ms`` by the hub's clock."""
    rows = ",".join([f"[{at_ms},{event}]" for at_ms, event in stretch.rows])
    name = msgspec.json.encode(centre).decode()
    return (
        f'{{"centre":{name},"epoch":{stretch.span.epoch},"first":{stretch.first},"oldest":{stretch.oldest},'
        f'"head":{stretch.span.last},"sent_ms":{sent_ms},"rows":[{rows}]}}'
    ).encode()


def parcel(centre: str, stretch: Stretch, sent_ms: int) -> Parcel:
    """As many rows from the first as central takes at once; one at least."""
    while True:
        text = batch_text(centre, stretch, sent_ms)
        body = gzip.compress(text, _LEVEL, mtime=0)
        if len(stretch.rows) == 1 or (len(text) <= MAX_TEXT and len(body) <= MAX_BODY):
            return Parcel(body, len(stretch.rows))
        stretch = replace(stretch, rows=stretch.rows[: len(stretch.rows) // 2])
