"""Over TLS the hub speaks to the central whose certificate it can check, and to nobody else."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kiosk.errors import CentralUnreachable
from kiosk.hub.sync.enrol import enrol
from kiosk.hub.sync.enrolment import Enrolment
from kiosk.hub.sync.line import CentralAddress, CentralUntrusted
from tests.fakes.central_peer import CentralPeer, RunningPeer, running
from tests.fakes.certificate import Certificate, make_certificate
from tests.fakes.clock import FakeClock


@contextmanager
def central(certificate: Certificate) -> Iterator[RunningPeer]:
    files = {"ssl_certfile": str(certificate.certificate), "ssl_keyfile": str(certificate.key)}
    with running(CentralPeer(), **files) as peer:
        yield peer


def ask(peer: RunningPeer, folder: Path, authority: Path | None) -> Enrolment:
    address = CentralAddress(f"https://127.0.0.1:{peer.port}", authority)
    return enrol(address, "CODE-0001", folder / "data", "phuong-thu", FakeClock())


def test_with_the_authority_of_the_configuration_it_speaks(tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path)
    with central(certificate) as peer:
        assert ask(peer, tmp_path, certificate.authority).device == "device-1"


@pytest.mark.parametrize("case", ["another authority", "no authority", "another name", "expired", "not yet"])
def test_a_certificate_that_cannot_be_checked_is_nobody_and_is_told_nothing(tmp_path: Path, case: str) -> None:
    days = {"expired": -60, "not yet": 5}.get(case, -1)
    certificate = make_certificate(tmp_path, "192.0.2.1" if case == "another name" else "127.0.0.1", days)
    authority: Path | None = certificate.authority
    if case == "another authority":
        authority = make_certificate(tmp_path / "other").authority
    elif case == "no authority":
        authority = None
    with central(certificate) as peer:
        with pytest.raises(CentralUntrusted, match="certificate"):
            ask(peer, tmp_path, authority)
        assert peer.peer.codes == {"CODE-0001": "phuong-thu"}


def test_an_authority_file_that_is_missing_or_no_certificate_is_told(tmp_path: Path) -> None:
    (tmp_path / "spoilt.pem").write_text("this is no certificate")
    with central(make_certificate(tmp_path)) as peer:
        for file in ("spoilt.pem", "missing.pem"):
            with pytest.raises(CentralUnreachable):
                ask(peer, tmp_path, tmp_path / file)
