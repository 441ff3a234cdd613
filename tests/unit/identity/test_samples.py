"""Every payload of the sample file is read, doubted or refused exactly as written beside it."""

import json
from typing import Any

import pytest

from kiosk.card_command import line_of
from kiosk.cli import main
from kiosk.identity.reading import read_code
from tests.unit.identity.made import SAMPLE_FILE, SAMPLES, TODAY, payload_of


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES.keys())
def test_sample_is_read_as_expected(sample: dict[str, Any]) -> None:
    line = line_of(read_code(payload_of(sample), TODAY))
    assert {key: value for key, value in line.items() if key in sample["expect"]} == sample["expect"]


def test_the_command_prints_one_line_a_sample_with_all_keys(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["id-card", "check", str(SAMPLE_FILE), "--today", "2026-11-22"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["id"] for line in lines] == list(SAMPLES)
    keys = "id ok schema personal_id old_id full_name dob dob_precision sex address issue_date extras derived warnings"
    for line in lines:
        assert list(line) == keys.split() + ([] if line["ok"] else ["reason"])


@pytest.mark.parametrize(
    "content", ["", "[]", '{"samples": [{"id": 7}]}', '{"samples": [{"id": "a", "raw_hex": "0"}]}']
)
def test_a_file_that_holds_no_samples_is_refused_with_a_sentence(
    content: str, tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "samples.json"
    file.write_text(content)
    assert main(["id-card", "check", str(file)]) == 2
    assert "samples.json" in capsys.readouterr().err


def test_a_missing_file_is_refused_with_a_sentence(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["id-card", "check", str(tmp_path / "none.json")]) == 2
    assert "cannot be read" in capsys.readouterr().err
