"""What a status is called elsewhere, and which of the ten national ones it is. Pure.

A number, an official name or a word of the configured list; anything else is unknown, and nobody guesses.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime

from kiosk.clock import VIETNAM, to_ms
from kiosk.dossier.status import OFFICIAL_NAMES, Status

#: Words of a provincial one-stop system (seen in use). ``dossiers.exchange.statuses`` adds to them and wins.
KNOWN_WORDS: Mapping[str, int] = {
    "Hồ sơ đăng ký mới trực tuyến": 1,
    "Hồ sơ mới tiếp nhận": 2,
    "Hồ sơ chuyển phòng chuyên môn": 4,
    "Chờ xử lý": 4,
    "Chờ ký duyệt": 4,
    "Đang xử lý": 4,
    "Chờ thực hiện liên thông": 4,
    "Đã nhận kết quả liên thông": 4,
    "Đã bổ sung - chờ tiếp nhận": 4,
    "Chờ bổ sung hồ sơ": 5,
    "Chờ thực hiện NVTC": 6,
    "Chờ trả thông báo NVTC": 6,
    "Công dân yêu cầu rút hồ sơ": 7,
    "Đã rút hồ sơ": 8,
    "Hồ sơ không xử lý được": 8,
    "Không tiếp nhận": 3,
    "Đã xử lý xong": 9,
    "Đã trả kết quả": 10,
}
_FORMS = (
    "%Y%m%d%H%M%S",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%d %H:%M",
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y",
)
_MAX = 200
_FIRST_MS, _LAST_MS = 946_684_800_000, 4_102_444_800_000  #: 2000 and 2100


class StatusWords:
    def __init__(self, configured: Mapping[str, int]) -> None:
        official = {name: status.value for status, name in OFFICIAL_NAMES.items()}
        self._known = {
            _plain(word): number for word, number in (official | dict(KNOWN_WORDS) | dict(configured)).items()
        }

    def read(self, text: str) -> Status | None:
        text = text.strip()[:_MAX]
        if text.isascii() and text.isdecimal() and len(text) <= 2:
            return Status(int(text)) if 1 <= int(text) <= len(Status) else None
        number = self._known.get(_plain(text))
        return Status(number) if number else None


def read_moment(text: str) -> int | None:
    """ms, from the forms in use; without a zone it is Vietnam's time. None: no moment."""
    text = text.strip()[:40]
    for form in _FORMS:
        try:
            return _in_range(to_ms(datetime.strptime(text, form)))
        except ValueError:
            continue
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return _in_range(int(moment.timestamp() * 1000)) if moment.tzinfo else None


def moment_text(ms: int | None) -> str:
    """As national messages write it: yyyyMMddHHmmss, Asia/Ho_Chi_Minh; "" for none."""
    return "" if ms is None else datetime.fromtimestamp(ms / 1000, VIETNAM).strftime("%Y%m%d%H%M%S")


def _in_range(ms: int) -> int | None:
    return ms if _FIRST_MS <= ms < _LAST_MS else None


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip().casefold()
