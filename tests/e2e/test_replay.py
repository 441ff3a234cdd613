"""The beginning of a real day through real processes: nothing lost, nothing doubled, and the logs stay clean."""

import subprocess
from pathlib import Path

from kiosk.demo.processes import kiosk_command

DAY = Path(__file__).parent.parent.parent / "assets/demo/day.csv"


def test_a_replayed_morning_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    data = tmp_path / "data"
    command = kiosk_command("replay", str(DAY), "--until", "08:12", "--speed", "90", "--folder", str(data))
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "every ticket was printed, called, displayed and ended once" in done.stdout
    logs = "".join(path.read_text() for path in (data / "logs").iterdir())
    assert '"trace"' not in logs, "no program met an error that it did not expect"
    assert "/hall?token=" not in logs, "tokens stay out of logs"


def test_a_day_for_a_service_that_does_not_exist_is_not_a_good_day(tmp_path: Path) -> None:
    day = tmp_path / "day.csv"
    day.write_text("arrival,service\n08:00:00,bay-len-trang\n")
    command = kiosk_command("replay", str(day), "--speed", "600", "--folder", str(tmp_path / "data"))
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 1
    assert "WRONG: a citizen got no ticket for bay-len-trang" in done.stdout


def test_a_replay_that_is_told_to_stop_leaves_no_program_behind(tmp_path: Path) -> None:
    """An orphaned hub would go on holding its lines and its database."""
    data = tmp_path / "data"
    command = kiosk_command("replay", str(DAY), "--until", "09:00", "--speed", "10", "--folder", str(data))
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as replay:
        assert replay.stdout is not None
        next(line for line in replay.stdout if "issued" in line)
        replay.terminate()
        replay.wait(60)
    assert "The hub has stopped" in (data / "logs/hub.log").read_text()
