"""A newer central may say more than this hub knows."""

import msgspec

from kiosk.wire.central_api import Acknowledged, Enrolled, Heard


def test_a_hub_ignores_what_a_newer_central_adds_to_its_answers() -> None:
    for kind, known in (
        (Acknowledged, {"acked": 7, "now_ms": 1}),
        (Heard, {"acked": 7, "now_ms": 1}),
        (Enrolled, {"device": "d", "centre": "c", "now_ms": 1}),
    ):
        read = msgspec.json.decode(msgspec.json.encode({**known, "later": [1]}), type=kind)
        assert {name: getattr(read, name) for name in known} == known
        assert not hasattr(read, "later")
