"""The steps of the tour about dossiers at the kiosk: handed in with card and two photographed papers, and looked up."""

from PIL import Image

from kiosk.demo.cast import Cast
from kiosk.touch.dossier.keys import SPACE

PROCEDURE = "1.004837"  #: guardianship
#: Nobody's: the letters as they are touched, Telex for Vietnamese.
CARD = "079091000018||Phạm Thị Thí Dụ|09031991|Nữ|Khu phố 4, Phường Xuân Hòa, TP. Hồ Chí Minh|04102025||||"
PHONE = "0900000018"
TYPED = (
    ("phone", PHONE),
    ("email", ""),
    ("ward_name", "lee thij mins"),
    ("ward_born", "11112018"),
    ("ward_address", "khu phoos 4"),
    ("guardian_why", "ba meej ddi xa"),
)
PAPERS = (("cu-giam-ho", "Văn bản cử người giám hộ"), ("uy-quyen", "Văn bản ủy quyền"))


def dossier_submitted(cast: Cast) -> None:
    _choose_procedure(cast)
    _with_card(cast)
    for place, (field, keys) in enumerate(TYPED):
        cast.touch.await_sight(f"the question {field}", lambda sight: "next" in sight.widgets)
        _type(cast, keys)
        if place == 2:
            cast.show_touch("Gõ tên bằng Telex trên bàn phím của máy")
        cast.touch.touch("next")
    cast.touch.await_sight("the ward", lambda sight: any(name.startswith("handler:") for name in sight.widgets))
    cast.touch.touch("next")
    cast.touch.await_screen("papers")
    for paper, title in PAPERS:
        _photograph(cast, paper, title)
    cast.show_touch("Hai giấy tờ đã chụp, thẳng và gọn")
    cast.touch.touch("next")
    cast.touch.await_screen("review")
    cast.show_touch("Xem lại trước khi gửi")
    _send(cast)


def dossier_looked_up(cast: Cast) -> None:
    """By the receipt's QR, held before the scanner on the first screen."""
    cast.stage.devices.scan(cast.address_on(receipt(cast)))
    cast.touch.await_screen("dossier")
    cast.show_touch("Quét biên nhận: hồ sơ đến đâu, cần gì, bao giờ xong")
    cast.touch.touch("done")
    cast.touch.await_screen("home")


def dossier_on_the_phone(cast: Cast) -> None:
    address = cast.address_on(receipt(cast))
    cast.show_phone(address, ".lookup-status", "Đã gửi, chờ cán bộ kiểm tra", "Quét biên nhận bằng điện thoại")


def _choose_procedure(cast: Cast) -> None:
    touch = cast.touch
    touch.touch("submit_dossier")
    touch.await_screen("find")
    _type(cast, "giam ho")
    touch.await_sight("guardianship", lambda sight: f"procedure:{PROCEDURE}" in sight.widgets)
    cast.show_touch("Gõ vài chữ không dấu là thấy thủ tục")
    for name, screen, caption in (
        (f"procedure:{PROCEDURE}", "procedure", "Cần giấy tờ gì, bao lâu, lệ phí"),
        ("next", "consents", "Báo trước và xin đồng ý từng việc, chưa đánh dấu sẵn"),
    ):
        touch.touch(name)
        touch.await_screen(screen)
        cast.show_touch(caption)
    for consent in sorted(name for name in touch.look().widgets if name.startswith("consent:")):
        touch.touch(consent)
    touch.touch("next")


def _with_card(cast: Cast) -> None:
    cast.touch.await_screen("card_notice")
    cast.touch.touch("agree")
    cast.touch.await_screen("card_scan")
    cast.stage.devices.scan(CARD)
    cast.touch.await_screen("card_confirm")
    cast.touch.touch("confirm")
    cast.touch.await_sight("what the card filled in", lambda sight: "question:full_name" in sight.widgets)
    cast.show_touch("Thẻ điền sẵn, quý vị xem lại")
    cast.touch.touch("next")


def _type(cast: Cast, keys: str) -> None:
    for key in keys:
        cast.touch.touch(f"key:{SPACE if key == ' ' else key}")


def _photograph(cast: Cast, paper: str, title: str) -> None:
    touch = cast.touch
    touch.touch(f"paper:{paper}")
    touch.await_screen("paper")
    with cast.stage.devices.paper_on_desk(title):
        touch.touch("way:camera")
        touch.await_screen("sheet")
        cast.show_touch(f"{title}: máy thấy tờ giấy")
        touch.touch("shoot")
        touch.await_sight("the page", lambda sight: "keep" in sight.widgets)
        cast.show_touch(f"{title}: đã cắt và làm thẳng")
    touch.touch("keep")
    touch.await_sight("the desk again", lambda sight: "finish" in sight.widgets)
    touch.touch("finish")
    touch.await_screen("papers")


def _send(cast: Cast) -> None:
    whole = sum(slip.complete for slip in cast.stage.devices.slips)
    cast.touch.touch("next")
    cast.touch.await_screen("receipt")
    cast.report.picture(cast.await_whole_slip(whole + 1), "Biên nhận in ra")
    cast.touch.await_sight("a printed receipt", lambda sight: "paper:printed" in sight.widgets)
    cast.show_touch("Đã nhận: mã hồ sơ, mã bảo vệ, ngày hẹn")
    cast.touch.touch("done")
    cast.touch.await_screen("home")


def receipt(cast: Cast) -> Image.Image:
    """The newest slip."""
    return [slip.image for slip in cast.stage.devices.slips if slip.complete][-1]
