"""A worker as a real process: it serves, with TLS where that is configured, and ends in order."""

import asyncio
import http.client
import urllib.request
from pathlib import Path

import pytest

from kiosk.central.command import serve
from kiosk.clock import SystemClock
from kiosk.config import load_central_config
from kiosk.errors import ConfigError
from tests.fakes.certificate import make_certificate
from tests.fakes.real_central import RealCentral, make_real_central


@pytest.fixture
def real(tmp_path: Path, database_url: str) -> RealCentral:
    return make_real_central(tmp_path / "worker", database_url)


def test_a_worker_serves_until_it_is_told_to_stop(real: RealCentral) -> None:
    real.start()
    assert real.stop() == 0


def test_a_worker_starts_again_after_it_was_killed(real: RealCentral) -> None:
    real.start()
    real.kill()
    real.start()
    assert real.stop() == 0


def test_with_a_certificate_it_answers_over_tls_only(tmp_path: Path) -> None:
    made = make_certificate(tmp_path)
    more = f'[tls]\ncertificate = "{made.certificate}"\nkey = "{made.key}"\n'
    real = make_real_central(tmp_path / "worker", f"sqlite:///{tmp_path}/central.db", more=more)
    real.authority = made.authority
    real.start()
    try:
        with urllib.request.urlopen(f"{real.url}/healthz", context=real.tls) as answer:
            assert answer.status == 200
            assert "Strict-Transport-Security" in answer.headers
        with pytest.raises((OSError, http.client.HTTPException)):
            urllib.request.urlopen(f"http://127.0.0.1:{real.port}/healthz", timeout=5)
    finally:
        assert real.stop() == 0


def test_a_certificate_that_cannot_be_used_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("")
    more = f'[tls]\ncertificate = "{tmp_path}/empty.pem"\nkey = "{tmp_path}/empty.pem"\n'
    real = make_real_central(tmp_path / "worker", f"sqlite:///{tmp_path}/central.db", more=more)
    with pytest.raises(ConfigError, match="tls"):
        asyncio.run(serve(load_central_config(real.toml), SystemClock()))
