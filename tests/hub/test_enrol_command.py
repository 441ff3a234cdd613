"""``kiosk hub enrol``: a code becomes a name; what is wrong is one sentence, and nothing is half done."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.responses import Response

from kiosk.cli import main
from kiosk.hub.sync.enrolment import FILE, read_enrolment
from tests.fakes.bad_line import bad_line
from tests.fakes.central_peer import CentralPeer, RunningPeer, running
from tests.fakes.small_centre import centre_toml


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    """A command sets up the logging of its process, which is that of all tests here."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)


@pytest.fixture
def central() -> Iterator[RunningPeer]:
    with running(CentralPeer()) as peer:
        yield peer


@pytest.fixture
def config(tmp_path: Path) -> Path:
    config = tmp_path / "hub.toml"
    config.write_text(centre_toml(8080))
    return config


def enrol(config: Path, url: str, code: str = "CODE-0001") -> int:
    where = ["--central", url] if url else []
    return main(["--log-level", "ERROR", "hub", "enrol", "--config", str(config), *where, "--code", code])


def test_the_name_that_central_gives_is_stored_with_the_key_that_central_knows(
    config: Path, central: RunningPeer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert enrol(config, central.url) == 0
    enrolment = read_enrolment(config.parent / "data")
    assert enrolment is not None
    assert (enrolment.url, enrolment.device) == (central.url, "device-1")
    assert central.peer.devices == {"device-1": ("phuong-thu", enrolment.key.public())}
    assert "Phường Thử is enrolled" in capsys.readouterr().out


def test_the_address_may_stand_in_the_configuration(config: Path, central: RunningPeer) -> None:
    config.write_text(centre_toml(8080) + f'[central]\nurl = "{central.url}"\n')
    assert enrol(config, "") == 0


def test_after_an_answer_that_was_lost_the_same_command_succeeds(config: Path, central: RunningPeer) -> None:
    with bad_line(central.port) as line:
        line.lose_answers(1)
        assert enrol(config, line.url) == 1
        assert not (config.parent / "data" / FILE).exists()
        assert enrol(config, line.url) == 0
    assert len(central.peer.devices) == 1


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://192.0.2.1:8090", "plain HTTP"),
        ("ftp://central.example", "expected an address"),
        ("https://central.example/path", "expected an address"),
        ("", "expected --central URL"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_before_anything_is_sent(
    url: str, told: str, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert enrol(config, url) == 2
    assert told in capsys.readouterr().err


def test_a_code_that_central_does_not_know_is_told(
    config: Path, central: RunningPeer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert enrol(config, central.url, "CODE-9999") == 2
    assert "Central refuses the code" in capsys.readouterr().err
    assert not (config.parent / "data" / FILE).exists()


def test_a_code_of_another_centre_is_told_and_not_used(
    config: Path, central: RunningPeer, capsys: pytest.CaptureFixture[str]
) -> None:
    central.peer.codes["CODE-0003"] = "phuong-khac"
    assert enrol(config, central.url, "CODE-0003") == 2
    assert "phuong-khac" in capsys.readouterr().err
    assert not (config.parent / "data" / FILE).exists()
    assert enrol(config, central.url) == 0, "with another key"


@pytest.mark.parametrize("answer", [Response("<html>", 200), Response("<html>", 403), Response("", 500)])
def test_an_answer_that_is_not_central_s_is_told(
    answer: Response, config: Path, central: RunningPeer, capsys: pytest.CaptureFixture[str]
) -> None:
    central.peer.misbehave = [lambda: answer]
    assert enrol(config, central.url) == 1
    assert "Traceback" not in capsys.readouterr().err


def test_plain_http_to_another_machine_in_the_configuration_is_refused(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config.write_text(centre_toml(8080) + '[central]\nurl = "http://192.0.2.1:8090"\n')
    assert enrol(config, "") == 2
    assert "allow_plain_http" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_is_one_sentence(
    config: Path, central: RunningPeer, capsys: pytest.CaptureFixture[str]
) -> None:
    (config.parent / "data").write_text("in the way")
    assert enrol(config, central.url) == 1
    assert "data" in capsys.readouterr().err
