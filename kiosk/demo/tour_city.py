"""The last part of the tour: what the city sees, and a warning from its first letter to its end."""

from kiosk.demo.cast import Cast
from kiosk.demo.city import HEAD_MAIL

#: Half an hour in a minute: people wait too long before the viewer does.
SPEED = 30.0
LETTER_S = 110.0
OURS, CITY = "/centre/phuong-mau", "/city"
A_NEIGHBOUR = "/centre/25747"


def city_now(cast: Cast) -> None:
    cast.watcher.sign_in(cast.stage.city.people["thanh-pho"])
    cast.watcher.await_words(CITY, "Phường Mẫu")
    cast.show_watcher("Cả thành phố lúc này: 168 đơn vị mô phỏng và phường Mẫu")
    cast.watcher.await_words(OURS, "Phường Mẫu")
    cast.show_watcher("Trung tâm của chúng ta, như thành phố thấy")
    cast.watcher.await_words(A_NEIGHBOUR, "Thủ Dầu Một")
    cast.show_watcher("Một trung tâm khác: hôm nay theo giờ và thủ tục")
    cast.watcher.await_words("/figures", "")
    cast.show_watcher("Theo thời gian")


def warned(cast: Cast) -> None:
    cast.take("khai-sinh-ket-hon", "khai-sinh")
    cast.stage.hurry(SPEED)
    cast.report.note(f"Từ đây thời gian trôi nhanh gấp {SPEED:.0f} lần.")
    cast.head.sign_in(cast.stage.city.people["lanh-dao"])
    letter = cast.stage.city.mailbox.await_letter(HEAD_MAIL, "chờ quá lâu", LETTER_S)
    cast.report.note(f"Thư gửi {letter.to}: {letter.subject}")
    cast.report.note(letter.text)
    cast.head.await_words(OURS, "người chờ quá lâu")
    cast.show_head("Lãnh đạo trung tâm thấy cảnh báo")


def taken_on(cast: Cast) -> None:
    cast.head.acknowledge(OURS)
    cast.head.await_words(OURS, "nhận lúc")
    cast.show_head("Đã có người nhận xử lý")


def calm_again(cast: Cast) -> None:
    for there, label in (("H003", "H006"), ("H006", "H005"), ("H005", "H007")):
        cast.lan.press("arrive", shows=there)
        cast.lan.press("call_next", shows=label)
    letter = cast.stage.city.mailbox.await_letter(HEAD_MAIL, "không còn ai chờ quá lâu", LETTER_S)
    cast.report.note(f"Thư gửi {letter.to}: {letter.subject}")
    cast.report.note(letter.text)
    cast.head.await_gone(OURS, "người chờ quá lâu")
    cast.show_head("Hàng chờ đã ổn, cảnh báo tự đóng")
