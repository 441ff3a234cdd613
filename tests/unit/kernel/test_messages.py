"""Central, hubs and kiosks are renewed in any order: what one of them does not know yet, it ignores."""

import importlib
import pkgutil
from collections.abc import Iterator

import msgspec
import pytest

import kiosk.wire
from kiosk.wire.common import Message
from kiosk.wire.events import _Event
from kiosk.wire.kiosk_api import CardMark


def kinds(root: type[msgspec.Struct]) -> Iterator[type[msgspec.Struct]]:
    for kind in root.__subclasses__():
        yield kind
        yield from kinds(kind)


for module in pkgutil.iter_modules(kiosk.wire.__path__):
    importlib.import_module(f"kiosk.wire.{module.name}")


#: Of a person the hub takes this and nothing more, whoever is newer.
CLOSED = {CardMark}


@pytest.mark.parametrize("kind", [*kinds(Message), *kinds(_Event)], ids=lambda kind: kind.__name__)
def test_no_message_refuses_a_field_that_it_does_not_know(kind: type[msgspec.Struct]) -> None:
    assert kind.__struct_config__.forbid_unknown_fields == (kind in CLOSED)
