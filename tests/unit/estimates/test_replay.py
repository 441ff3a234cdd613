"""``kiosk estimate replay``: logs in, promises out, whatever the logs are like."""

import csv
import json
from pathlib import Path

import pytest

from kiosk.cli import main
from kiosk.estimate_commands import COLUMNS
from kiosk.estimate_log import in_order, moment, read_facts, read_rows, ticket_events
from kiosk.queueing.waits.events import Called, Ended, Issued, Left

HEADER = "office,arrival_ts,service,priority,start_ts,end_ts,counter,outcome,censor_min\n"
GOOD = "o,2026-11-23 08:00:00,CT,0,2026-11-23 08:05:00,2026-11-23 08:10:00,C1,served,\n"


def replayed(folder: Path, log: str, *options: str) -> list[dict[str, str]]:
    events, output = folder / "events.csv", folder / "out.csv"
    events.write_text(HEADER + log, encoding="utf-8")
    assert main(["estimate", "replay", str(events), *options, "-o", str(output)]) == 0
    with output.open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def test_every_ticket_gets_an_ordered_promise_in_minutes(tmp_path: Path) -> None:
    rows = replayed(tmp_path, GOOD * 3)
    assert [row["row"] for row in rows] == ["0", "1", "2"]
    assert tuple(rows[0]) == COLUMNS
    for row in rows:
        assert 0 <= float(row["p10"]) <= float(row["p50"]) <= float(row["p90"])
        assert 0 <= int(row["told_low"]) <= int(row["told_high"])


@pytest.mark.parametrize(
    "line",
    [
        "o,2026-11-23 08:00:00,CT,0,2026-11-23 07:00:00,2026-11-23 06:00:00,C1,served,\n",  # the clock stepped back
        "o,2026-11-23 08:00:00,CT,0,2026-11-23 08:05:00,,C1,served,\n",  # the end is missing
        "o,2026-11-23 08:00:00,CT,0,,,,not_called,\n",
        "o,2026-11-23 08:00:00,CT,0,,2026-11-23 08:20:00,,abandoned,\n",
        "o,2026-11-23 08:00:00,,x,half past eight,,C1,served,\n",
    ],
)
def test_wrong_lines_are_estimated_too(tmp_path: Path, line: str) -> None:
    assert len(replayed(tmp_path, GOOD + line + GOOD)) == 3


def test_a_ticket_without_a_time_of_issue_has_no_promise(tmp_path: Path) -> None:
    assert [row["row"] for row in replayed(tmp_path, "o,,CT,0,,,,served,\n" + GOOD)] == ["1"]


def test_one_office_can_be_picked(tmp_path: Path) -> None:
    other = GOOD.replace("o,", "other,", 1)
    assert [row["row"] for row in replayed(tmp_path, GOOD + other, "--office", "other")] == ["1"]


def test_counters_snapshots_and_configuration_are_used(tmp_path: Path) -> None:
    counters, config, snapshots = tmp_path / "c.csv", tmp_path / "c.json", tmp_path / "s.csv"
    counters.write_text("counter,open_ts,close_ts\nC1,2026-11-23 07:30:00,2026-11-23 11:30:00\n", encoding="utf-8")
    config.write_text(json.dumps({"hours": [["07:30", "11:30"]], "skills": {"C1": ["CT"]}}), encoding="utf-8")
    snapshots.write_text("office,service,ts,open_counters\no,CT,2026-11-23 07:59,1\n", encoding="utf-8")
    options = ["--counters", str(counters), "--config", str(config), "--snapshots", str(snapshots)]
    assert len(replayed(tmp_path, GOOD * 2, *options)) == 2


def test_counters_that_were_never_closed_or_closed_before_they_opened_break_nothing(tmp_path: Path) -> None:
    counters = tmp_path / "c.csv"
    spans = ("2026-11-22 07:30:00,", ",2026-11-23 11:30:00", "2026-11-23 09:30:00,2026-11-23 07:30:00", "soon,later")
    lines = [f"C{number},{span}\n" for number, span in enumerate(spans)]
    counters.write_text("counter,open_ts,close_ts\n" + "".join(lines), encoding="utf-8")
    for row in replayed(tmp_path, GOOD * 2, "--counters", str(counters)):
        assert 0 <= float(row["p10"]) <= float(row["p50"]) <= float(row["p90"])


def test_a_missing_log_is_a_sentence_and_not_a_trace(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing = tmp_path / "none.csv"
    assert main(["estimate", "replay", str(missing), "-o", str(tmp_path / "out.csv")]) == 2
    assert "expected a readable CSV file" in capsys.readouterr().err


def test_a_wrong_configuration_names_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config, log = tmp_path / "c.json", tmp_path / "events.csv"
    config.write_text('{"hours": 7}', encoding="utf-8")
    log.write_text(HEADER + GOOD, encoding="utf-8")
    words = ["estimate", "replay", str(log), "--config", str(config), "-o", str(tmp_path / "out.csv")]
    assert main(words) == 2
    assert str(config) in capsys.readouterr().err


def test_events_come_in_order_and_an_issue_before_what_happens_in_the_same_moment(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text(HEADER + GOOD + GOOD.replace("08:00:00", "08:05:00", 1), encoding="utf-8")
    events = in_order(ticket_events(enumerate(read_rows(log))))
    assert [type(event) for event in events] == [Issued, Issued, Called, Called, Ended, Ended]


def test_who_hangs_up_leaves_the_line(tmp_path: Path) -> None:
    row = {"arrival_ts": "2026-11-23 08:00:00", "end_ts": "2026-11-23 08:03:00", "service": "CT"}
    assert [type(event) for event in ticket_events([(0, row)])] == [Issued, Left]


def test_times_that_cannot_be_read_are_missing(tmp_path: Path) -> None:
    assert moment("") is None
    assert moment("yesterday") is None
    assert moment("2026-11-23 07:00") == 1_795_392_000_000


def test_the_rule_of_a_centre_can_be_told(tmp_path: Path) -> None:
    config = tmp_path / "c.json"
    config.write_text('{"rule": {"priority_share": 1, "others_share": 2}}', encoding="utf-8")
    assert read_facts(config).rule.others_share == 2
