"""A hub with an outbox, as central sees it: it sends what it is told to, in any order and as often as one likes."""

import gzip
from dataclasses import dataclass, field
from typing import Any

import httpx2
import msgspec

from kiosk.wire.central_api import DEVICE, Acknowledged, Happened, Heartbeat
from tests.central.conftest import RunningCentral, SigningDevice
from tests.fakes.outbox import as_json

JSON = {"content-type": "application/json"}


@dataclass
class SendingHub:
    central: RunningCentral
    device: SigningDevice
    rows: list[Happened] = field(default_factory=list)
    epoch: int = 1_790_000_000_000
    first_of_epoch: int = 1

    @property
    def head(self) -> int:
        return len(self.rows)

    def batch(self, first: int, last: int, /, **other: Any) -> dict[str, Any]:
        """Rows ``first`` to ``last``, both included."""
        return {
            "centre": self.device.centre,
            "epoch": self.epoch,
            "first": first,
            "oldest": self.first_of_epoch,
            "head": self.head,
            "sent_ms": self.central.clock.now_ms(),
            "rows": as_json(self.rows[first - 1 : last]),
        } | other

    def send(self, first: int, last: int, /, **other: Any) -> httpx2.Response:
        return self.post(gzip.compress(msgspec.json.encode(self.batch(first, last, **other))))

    def post(
        self, body: bytes, path: str = "/v1/events", gzipped: bool = True, **headers: str | bytes
    ) -> httpx2.Response:
        """Signed as it is sent; ``headers`` replace what would be sent."""
        signed = self.device.headers(path, body, self.central.clock.now_ms())
        coding = {"content-encoding": "gzip"} if gzipped else {}
        return self.central.client.post(path, content=body, headers={**JSON, **coding, **signed, **headers})

    def acked(self, first: int, last: int, /, **other: Any) -> int:
        """Asserts that the batch was taken."""
        answer = self.send(first, last, **other)
        assert answer.status_code == 200, answer.text
        return msgspec.json.decode(answer.content, type=Acknowledged).acked

    def beat(self, **other: Any) -> httpx2.Response:
        now_ms = self.central.clock.now_ms()
        beat = Heartbeat(centre=self.device.centre, epoch=self.epoch, head=self.head, version="1.2", sent_ms=now_ms)
        body = msgspec.json.encode(msgspec.structs.replace(beat, **other))
        return self.post(body, "/v1/heartbeat", gzipped=False)

    def without_device(self, body: bytes) -> httpx2.Response:
        return self.central.client.post("/v1/events", content=body, headers=JSON | {DEVICE: "d-4711"})


#: Everything of a centre that follows from its events, and nothing that follows from when they came.
STATE = {
    "test.events": "SELECT e.seq, e.at_ms, e.kind, e.ticket, s.word, c.word, length(e.detail) FROM event AS e "
    "LEFT JOIN word AS s ON s.centre = e.centre AND s.kind = 1 AND s.id = e.service "
    "LEFT JOIN word AS c ON c.centre = e.centre AND c.kind = 2 AND c.id = e.counter ORDER BY e.epoch, e.seq",
    "test.open": "SELECT t.ticket, t.day, t.label, s.word, t.state, t.issued_ms, t.called_ms, t.started_ms, t.marks, "
    "t.high_min, t.due_ms FROM open_ticket AS t LEFT JOIN word AS s ON s.centre = t.centre AND s.kind = 1 "
    "AND s.id = t.service ORDER BY t.ticket",
    "test.hours": "SELECT h.centre, h.day, h.hour, s.word, h.issued, h.called, h.served, h.missed, h.left_queue, "
    "h.kept, h.late, h.wait_s, h.service_s, h.w0, h.w1, h.w2, h.w3, h.w5, h.w8, h.w12, h.w23 FROM hour_figures AS h "
    "LEFT JOIN word AS s ON s.centre = h.centre AND s.kind = 1 AND s.id = h.service ORDER BY 1, 2, 3, 4",
    "test.links": "SELECT centre, epoch, acked, head, lost FROM link ORDER BY centre",
}


def look(central: RunningCentral, query: str) -> list[tuple[Any, ...]]:
    """A query of ``STATE``."""
    engine: Any = central.central.database._engine
    text = STATE[query]
    engine._queries[query] = text.encode() if engine.name == "postgresql" else text
    return central.rows(query)


def whole_state(central: RunningCentral) -> dict[str, list[tuple[Any, ...]]]:
    """Hours without any figure are as good as none: one that was counted and undone may leave a row of zeros."""
    state = {query: look(central, query) for query in STATE}
    state["test.hours"] = [row for row in state["test.hours"] if any(row[4:])]
    return state
