"""A log line is a sentence for people and fields for machines."""

import io
import json
import logging
import sys

from kiosk.logs import JsonFormatter, PeopleFormatter, fields_of


def record(**extra: object) -> logging.LogRecord:
    made = logging.makeLogRecord(
        {"name": "kiosk.hub", "levelname": "WARNING", "msg": "Máy in %s hết giấy", "args": ("A",)}
    )
    vars(made).update(extra)
    return made


def test_machines_get_one_json_object_a_line_with_the_fields() -> None:
    entry = json.loads(JsonFormatter().format(record(device="printer", ticket=12)))
    assert entry["text"] == "Máy in A hết giấy"
    assert (entry["device"], entry["ticket"], entry["level"]) == ("printer", 12, "WARNING")
    assert entry["time"].endswith("+07:00")


def test_people_get_the_sentence_first() -> None:
    line = PeopleFormatter().format(record(device="printer"))
    assert line.endswith("WARNING Máy in A hết giấy (device=printer)")


def test_a_trace_goes_with_the_record_and_stays_on_one_line() -> None:
    try:
        raise ValueError("hỏng")
    except ValueError:
        made = record()
        made.exc_info = sys.exc_info()
    assert "\n" not in JsonFormatter().format(made)
    assert "ValueError: hỏng" in json.loads(JsonFormatter().format(made))["trace"]


def test_only_what_the_caller_added_counts_as_a_field() -> None:
    logger = logging.Logger("test")
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    logger.addHandler(handler)
    logger.warning("x", extra={"counter": "1"})
    assert set(json.loads(stream.getvalue())) == {"time", "level", "logger", "text", "counter"}
    assert fields_of(record()) == {}
