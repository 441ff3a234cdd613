"""A worker of central that signs settings, on either database, with hubs that ask and report."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import msgspec
import pytest
from starlette.testclient import TestClient

from kiosk.central.app import build_app
from kiosk.central.enrolment import CentreEntry, put_centres
from kiosk.central.fleet.layer import LayerName
from kiosk.central.fleet.layerbook import LayerState, read_layer, save_draft
from kiosk.central.fleet.online_key import make_online_key, make_root
from kiosk.central.fleet.rollout import Plan, Rollout, find, publish
from kiosk.config.central import CentralConfig, City, FleetSection
from kiosk.config.layers import Tree
from kiosk.config.settings import published_of
from kiosk.config.signed import Remembered, Trust, Trusted, verify
from kiosk.wire.common import Text
from kiosk.wire.fleet_api import Desired, FleetReport, PartReport, Reported
from tests.central.conftest import CENTRES, RunningCentral, SigningDevice
from tests.fakes.clock import FakeClock

CITY_LAYER = LayerName("city")


@dataclass
class FleetCentral(RunningCentral):
    """What admins do through the pages, and hubs through requests."""

    def look(self) -> None:
        """What the tasks of the worker do within a second."""
        portal = self.client.portal
        assert portal is not None
        portal.call(self.central.upkeep.step)
        portal.call(self.central.desired.look)

    def layer(self, name: LayerName = CITY_LAYER) -> LayerState:
        return self.central.database.read_now(lambda tx: read_layer(tx, name))

    def save(self, tree: Tree, name: LayerName = CITY_LAYER) -> LayerState:
        revision = self.layer(name).revision
        saved = self.central.database.write_now(
            lambda tx: save_draft(tx, name, tree, revision, "An", self.clock.now_ms())
        )
        assert isinstance(saved, LayerState)
        return saved

    def publish(self, tree: Tree, name: LayerName = CITY_LAYER, **plan: Any) -> Rollout:
        revision, now_ms = self.save(tree, name).revision, self.clock.now_ms()
        how = Plan(**({"author": "An", "reason": "thử", "start_ms": now_ms} | plan))
        made = self.central.database.write_now(lambda tx: publish(tx, name, revision, how, now_ms))
        assert isinstance(made, Rollout)
        self.look()
        return made

    def rollout(self, id_: int) -> Rollout:
        found = self.central.database.read_now(lambda tx: find(tx, id_))
        assert found is not None
        return found

    def get(self, device: SigningDevice, held: str = "0.0", **headers: str) -> httpx2.Response:
        signed = device.headers("/v1/desired", b"", self.clock.now_ms(), method="GET")
        return self.client.get("/v1/desired", headers={**signed, "If-None-Match": f'"{held}"', **headers})

    def desired(self, device: SigningDevice, held: str = "0.0") -> Desired:
        answer = self.get(device, held)
        assert answer.status_code == 200, answer.text
        return msgspec.json.decode(answer.content, type=Desired)

    def trust(self, device: SigningDevice) -> Trust:
        signer = self.central.signer
        assert signer is not None
        return Trust(tuple(msgspec.convert(root, bytes) for root in signer.roots), signer.city, device.centre)

    def layers(self, device: SigningDevice) -> dict[str, Any]:
        """What the device is told, verified as it would: by the name of the layer."""
        document = self.desired(device).document
        assert document is not None
        trusted = verify(document, self.trust(device), Remembered(), self.clock.now_ms())
        assert isinstance(trusted, Trusted), trusted
        return {layer.name: layer.tree for layer in published_of(bytes(trusted.settings.tree)).layers}

    def report(self, device: SigningDevice, **values: Any) -> Reported:
        answer = self.post_report(
            device, FleetReport(**({"centre": device.centre, "version": 0, "state": "applied"} | values))
        )
        assert answer.status_code == 200, answer.text
        return msgspec.json.decode(answer.content, type=Reported)

    def post_report(self, device: SigningDevice, report: FleetReport) -> httpx2.Response:
        return self.post(device, "/v1/report", msgspec.json.encode(report))

    def post(self, device: SigningDevice, path: str, body: bytes) -> httpx2.Response:
        return self.client.post(path, content=body, headers=device.headers(path, body, self.clock.now_ms()))

    def take(self, device: SigningDevice) -> int:
        """The device takes the newest document and is well with it; its version."""
        version = self.desired(device).version
        self.report(device, version=version, parts=(well("hub", version), well("kiosk-1", version, "kiosk")))
        return version


def well(name: str, version: int, kind: str = "hub") -> PartReport:
    return msgspec.convert({"name": name, "kind": kind, "version": version, "state": "applied"}, PartReport)


@pytest.fixture
def fleet(database_url: str, tmp_path: Path) -> Iterator[FleetCentral]:
    clock = FakeClock()
    make_root(tmp_path / "root.key")
    make_online_key(tmp_path / "online.json", tmp_path / "root.key", "hcmc", 400, clock.now_ms())
    config = CentralConfig(
        city=City(name=Text(vi="Thành phố", en="City")),
        database=database_url,
        fleet=FleetSection(tmp_path / "online.json"),
    )
    app = build_app(config, clock)
    with TestClient(app) as client:
        running = FleetCentral(app.state.central, client, clock)
        entries = [
            CentreEntry(code, f"Phường {code}", f"Ward {code}", "bac" if code < "26000" else "nam") for code in CENTRES
        ]
        running.central.database.write_now(lambda tx: put_centres(tx, entries))
        yield running
