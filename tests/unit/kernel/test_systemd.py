"""sd_notify: what systemd is told, and that nobody minds when systemd is not there."""

import socket
from pathlib import Path

import pytest

from kiosk.systemd import notify, watchdog_period_s


def test_without_systemd_there_is_nobody_to_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    monkeypatch.delenv("WATCHDOG_USEC", raising=False)
    assert notify("READY=1") is False
    assert watchdog_period_s() is None


def test_systemd_receives_the_state_as_one_datagram(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        assert notify("READY=1\nSTATUS=Sẵn sàng")
        assert systemd.recv(100).decode() == "READY=1\nSTATUS=Sẵn sàng"


def test_the_process_notifies_twice_as_often_as_the_watchdog_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", "15000000")
    assert watchdog_period_s() == 7.5


def test_a_socket_that_is_gone_does_not_stop_the_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "gone"))
    assert notify("WATCHDOG=1") is False
