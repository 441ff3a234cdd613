"""The steps of the tour about dossiers at the counter: compared, a supplement asked and brought, accepted, given back.

The officer presses the same forms as in a browser; where there is one, its pages are looked at.
"""

import io
import re
from urllib.parse import urlencode

import pypdfium2
from PIL import Image

from kiosk.demo.cast import Cast
from kiosk.demo.officer import Officer
from kiosk.demo.processes import DemoFailed, await_true
from kiosk.demo.tour_dossiers import PAPERS, receipt
from kiosk.hub.desk.asked import read_asked

GOOD, BAD = (paper for paper, _ in PAPERS)
COUNTER = "1"
_SEEN = re.compile(r'name="seen" value="(\d+)"')
_PAPERS_S = 30.0
_A4 = (1240, 1754)  #: at 150 dots per inch


def dossier_received(cast: Cast) -> None:
    code, lan = _code(cast), _officer(cast)
    page = f"/dossiers/{code}"
    await_true("the papers are at central", lambda: f"/papers/{BAD}/1.jpg" in lan.read(page).decode(), _PAPERS_S)
    cast.lan.look_at("/dossiers", code)
    cast.show_desk(cast.lan, "Hồ sơ: việc nào gấp đứng trước")
    _check(lan, code, GOOD, "matches")
    _check(lan, code, BAD, "unreadable")
    cast.lan.look_at(page, "Không đọc được")
    cast.show_desk(cast.lan, "Từng giấy tờ được đối chiếu với bản chính")
    _act(lan, code, "ask_supplement", note="Văn bản ủy quyền: bản chụp không đọc được. Mời mang bản chính đến quầy.")
    cast.lan.look_at(page, "Yêu cầu bổ sung giấy tờ")
    cast.show_desk(cast.lan, "Đã yêu cầu bổ sung, thời gian tạm dừng")
    _show_form(cast, lan, code, "02")


def supplement_brought(cast: Cast) -> None:
    code, lan = _code(cast), _officer(cast)
    _bring(lan, code, paper=BAD, kind="component", name=dict(PAPERS)[BAD])
    _check(lan, code, BAD, "matches")
    _act(lan, code, "take_back_up")
    cast.lan.look_at(f"/dossiers/{code}", "Được tiếp nhận")
    cast.show_desk(cast.lan, "Đủ giấy tờ: tiếp nhận, có ngày hẹn")
    _show_form(cast, lan, code, "01")


def result_given(cast: Cast) -> None:
    code, lan = _code(cast), _officer(cast)
    _act(lan, code, "start")
    _bring(lan, code, paper="ket-qua", kind="result", name="Trích lục đăng ký giám hộ")
    _act(lan, code, "finish")
    _act(lan, code, "hand_over")
    cast.lan.look_at(f"/dossiers/{code}", "Đã trả kết quả")
    cast.show_desk(cast.lan, "Kết quả đã đến tay công dân")
    cast.lan.look_at(f"/console/{COUNTER}", "")
    cast.stage.devices.scan(cast.address_on(receipt(cast)))
    cast.touch.await_screen("dossier")
    cast.show_touch("Tra cứu lại: kết quả đã trả")
    cast.touch.touch("done")
    cast.touch.await_screen("home")


def _code(cast: Cast) -> str:
    found = read_asked(cast.address_on(receipt(cast)))
    if found is None:
        raise DemoFailed("the receipt names no dossier")
    return str(found)


def _officer(cast: Cast) -> Officer:
    officer = Officer(cast.stage.folder.url, cast.stage.staff["lan"])
    officer.sign_in()
    return officer


def _bring(lan: Officer, code: str, **about: str) -> None:
    lan.bring(f"/dossiers/{code}/papers?{urlencode(about)}", _scan())


def _check(lan: Officer, code: str, paper: str, verdict: str) -> None:
    lan.form(f"/dossiers/{code}/checks", seen=_seen(lan, code), paper=paper, verdict=verdict, note="")


def _act(lan: Officer, code: str, act: str, note: str = "") -> None:
    lan.form(f"/dossiers/{code}/acts", seen=_seen(lan, code), act=act, note=note)


def _seen(lan: Officer, code: str) -> str:
    """The revision that is on the page."""
    found = _SEEN.search(lan.read(f"/dossiers/{code}").decode())
    if found is None:
        raise DemoFailed(f"nothing can be done with {code}")
    return found[1]


def _show_form(cast: Cast, lan: Officer, code: str, number: str) -> None:
    with pypdfium2.PdfDocument(lan.read(f"/dossiers/{code}/forms/{number}.pdf")) as document:
        cast.report.picture(document[0].render(scale=1.5).to_pil(), f"Mẫu {number}, in từ hệ thống")


def _scan() -> bytes:
    """An empty sheet from the officer's scanner."""
    out = io.BytesIO()
    Image.new("RGB", _A4, "white").save(out, "PDF", resolution=150)
    return out.getvalue()
