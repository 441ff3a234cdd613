"""Tickets as the hub would answer them."""

from typing import Any

from kiosk.wire.common import Text
from kiosk.wire.kiosk_api import TicketReply, WaitRange

STATUS_URL = "http://192.168.10.20:8080/t/12345-k7Qw2mZp9XbN4cRd"
BRING = [
    Text(vi="Thẻ căn cước hoặc VNeID mức 2", en="ID card, or VNeID level 2"),
    Text(vi="Giấy chứng sinh", en="Birth certificate from the hospital"),
    Text(vi="Tờ khai (có mẫu tại quầy)", en="Application form (from the counter)"),
]
LONG_NAME = Text(
    vi="Cấp giấy xác nhận tình trạng hôn nhân để kết hôn với người nước ngoài",
    en="Certificate of marital status, for a marriage with a foreigner",
)


def ticket(**changes: Any) -> TicketReply:
    fields: dict[str, Any] = {
        "id": 12345,
        "label": "H012",
        "day": 20261123,
        "service": "khai-sinh",
        "service_name": Text(vi="Đăng ký khai sinh", en="Register a birth"),
        "ticket_class": "normal",
        "state": "waiting",
        "issued_ms": 1_795_401_660_000,  # 2026-11-23 09:41 in Vietnam
        "people_ahead": 12,
        "wait": WaitRange(low_min=8, high_min=14),
        "status_url": STATUS_URL,
        "bring": BRING,
        "centre": Text(vi="Trung tâm Phục vụ hành chính công phường Mẫu", en="Public Service Centre, Mẫu Ward"),
    }
    return TicketReply(**(fields | changes))
