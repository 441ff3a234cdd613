"""A hub where dossiers are submitted and the central that keeps them: real processes, enrolled with each other."""

import base64
import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.clock import SystemClock
from kiosk.hub.sync.enrolment import DeviceKey, Enrolment, write_enrolment
from tests.fakes.real_central import RealCentral, make_real_central
from tests.fakes.real_hub import RealHub, make_real_hub

AGENCY = "000.00.01.H29"


@dataclass
class DossierCentre:
    hub: RealHub
    central: RealCentral


@contextlib.contextmanager
def dossier_centre(folder: Path) -> Iterator[DossierCentre]:
    """Both run; either may be killed and started again."""
    city = folder / "city"
    city.mkdir(parents=True)
    key = city / "dossiers.key"
    key.write_bytes(os.urandom(32))
    key.chmod(0o600)
    central = make_real_central(city, f"sqlite:///{city}/central.db", more='[dossiers]\nkey_file = "dossiers.key"\n')
    device = central.enrol(["phuong-thu"], SystemClock().now_ms())["phuong-thu"]
    hub = make_real_hub(folder / "hub")
    with (hub.folder / "hub.toml").open("a") as toml:
        toml.write(f'[dossiers]\nagency = "{AGENCY}"\n')
    private = Ed25519PrivateKey.from_private_bytes(base64.b64decode(device.secret))
    write_enrolment(hub.folder / "data", Enrolment(central.url, device.device, "phuong-thu", DeviceKey(private)))
    central.start()
    hub.start()
    try:
        yield DossierCentre(hub, central)
    finally:
        for each in (hub, central):
            if each.process is not None and each.process.poll() is None:
                each.stop()
