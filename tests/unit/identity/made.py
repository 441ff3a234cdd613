"""Invented cards for the tests of this folder; no real person."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from kiosk.identity.card import CardReading, Refusal
from kiosk.identity.reading import read_code

TODAY = date(2026, 11, 22)
SAMPLE_FILE = Path(__file__).with_name("samples.json")
SAMPLES: dict[str, dict[str, Any]] = {each["id"]: each for each in json.loads(SAMPLE_FILE.read_text())["samples"]}

FIRST = "051187000101|211000101|Võ Thị Ngọc Ánh|09071987|Nữ|Tổ 5, Ấp Mẫu, Xã Bình Chánh, TP. Hồ Chí Minh|12082021"
SECOND = "079090000011||Nguyễn Văn Mẫu|15081990|Nam|Khu phố 4, Phường Xuân Hòa, TP. Hồ Chí Minh|04102024||||"


def payload_of(sample: dict[str, Any]) -> bytes | str:
    return bytes.fromhex(sample["raw_hex"]) if "raw_hex" in sample else str(sample["raw"])


def card(payload: bytes | str) -> CardReading:
    answer = read_code(payload, TODAY)
    assert isinstance(answer, CardReading), answer
    return answer


def refusal(payload: bytes | str) -> Refusal:
    answer = read_code(payload, TODAY)
    assert isinstance(answer, Refusal), answer
    return answer
