"""The part of the tour about settings: an admin changes a centre from a desk, and a mistake ends at the first kiosk."""

from kiosk.config.kept import KeptSettings
from kiosk.config.load import load_hub_config
from kiosk.config.settings import published_of
from kiosk.config.signed import Remembered, Trusted, verify
from kiosk.demo.cast import Cast
from kiosk.demo.processes import await_true
from kiosk.demo.screen import Sight

OURS, CITY = "/settings/centre.phuong-mau", "/settings/city"
ANNOUNCEMENT = {"vi": "Sáng thứ Sáu nghỉ trả kết quả", "en": "No results are handed out on Friday morning"}
LAST_TICKET_MIN = 25
#: Well-formed, and no such printer is known to any kiosk: the T of the model was meant to be T88.
MISTAKE = "epson-tm-t99"
SEEN_S, WATCHED_S = 30.0, 90.0


def settings_changed(cast: Cast) -> None:
    admin, process = cast.watcher, cast.stage.touch.pid
    cast.touch.await_screen("home")
    cast.show_touch("Kiosk trước khi đổi thiết lập")
    _save(cast, OURS, "hours", {"hours.last_ticket_min": str(LAST_TICKET_MIN)})
    cast.show_watcher("Biểu mẫu thiết lập: ngừng cấp số sớm hơn")
    _save(cast, OURS, "texts", {f"texts.announcement.{language}": text for language, text in ANNOUNCEMENT.items()})
    cast.show_watcher("Biểu mẫu thiết lập: lời thông báo")
    admin.await_words(f"{OURS}/preview", ANNOUNCEMENT["vi"])
    cast.show_watcher("Xem trước màn hình kiosk và phiếu")
    admin.await_words(f"{OURS}/difference", ANNOUNCEMENT["vi"])
    cast.show_watcher("Thay đổi so với bản đang dùng, trước khi công bố")
    rollout = admin.submit(f"{OURS}/difference", f"{OURS}/publish", {"reason": "Lịch trả kết quả tuần này"})
    cast.touch.await_sight("the announcement", _announces, SEEN_S)
    cast.show_touch("Kiosk sau khi công bố, không khởi động lại")
    await_true("the last ticket at another time", lambda: _last_ticket_min(cast) == LAST_TICKET_MIN, SEEN_S)
    assert (cast.stage.touch.pid, cast.stage.touch.is_running()) == (process, True), "the touch app began anew"
    admin.await_words(rollout, "Đã xong", WATCHED_S)
    cast.show_watcher("Triển khai xong: theo dõi một phút, không có gì hỏng")


def mistake_stopped(cast: Cast) -> None:
    admin, process = cast.watcher, cast.stage.touch.pid
    _save(cast, CITY, "kiosk", {"kiosk.devices[+].id": "printer", "kiosk.devices[+].profile": MISTAKE})
    admin.await_words(f"{CITY}/difference", "")
    cast.show_watcher("Một sơ suất: loại máy in không có thật, cho cả thành phố")
    plan = {"reason": "Máy in mới", "first": cast.stage.folder.hub.centre.id}
    rollout = admin.submit(f"{CITY}/difference", f"{CITY}/publish", plan)
    admin.await_words(rollout, "Đã quay về bản trước")
    admin.await_words(rollout, MISTAKE)
    cast.show_watcher("Dừng ở kiosk đầu tiên, tự quay về; trang nói vì sao")
    sight = cast.touch.await_sight("the kiosk as before", _announces, SEEN_S)
    assert sight.screen == "home", f"expected the home screen, the kiosk shows {sight.screen}"
    assert (cast.stage.touch.pid, cast.stage.touch.is_running()) == (process, True), "the touch app began anew"
    cast.show_touch("Kiosk vẫn phục vụ với bản tốt trước đó")


def _save(cast: Cast, layer: str, section: str, fields: dict[str, str]) -> None:
    path = f"{layer}/form/{section}"
    cast.watcher.await_words(cast.watcher.submit(path, path, fields), "Đã lưu")


def _announces(sight: Sight) -> bool:
    """A printer in trouble would be told in its place."""
    return "notice" in sight.widgets and ANNOUNCEMENT["vi"] in sight.widgets["notice"].text


def _last_ticket_min(cast: Cast) -> int:
    """What the hub keeps and goes by, verified as it verifies it."""
    kept = KeptSettings(load_hub_config(cast.stage.folder.hub_toml).data)
    pinned = kept.pinned()
    document = kept.document(max(kept.versions(), default=0))
    if pinned is None or document is None:
        return 0
    found = verify(document, pinned.trust(), Remembered(), 0)
    layers = published_of(bytes(found.settings.tree)).layers if isinstance(found, Trusted) else ()
    return int(next((layer.tree["hours"]["last_ticket_min"] for layer in layers if "hours" in layer.tree), 0))
