"""A citizen who hands in a guardianship at a real kiosk: without a card, with as many photographed pages as wanted."""

from pathlib import Path

from kiosk.demo.sheets import show_sheet
from kiosk.touch.dossier.keys import SPACE
from tests.fakes.real_hub import KIOSK_TOKEN
from tests.touch_ui.screen import TouchApp

PROCEDURE, PAPER = "1.004837", "cu-giam-ho"
NAME, NUMBER, PHONE = "Phạm Thị Thí Dụ", "079191000018", "0900000018"
#: What is touched for each question, in order; "" leaves it out.
ANSWERS = (
    ("full_name", "phamj thij this duj"),
    ("born", "09031991"),
    ("personal_id", NUMBER),
    ("address", "khu phoos 4"),
    ("phone", PHONE),
    ("email", ""),
    ("ward_name", "lee thij mins"),
    ("ward_born", "11112018"),
    ("ward_address", "khu phoos 4"),
    ("guardian_why", "ba meej ddi xa"),
)


def touch_toml(folder: Path, hub_url: str, size: tuple[int, int], more: str = "") -> Path:
    """``folder/sheets`` is what the document camera sees."""
    (folder / "sheets").mkdir()
    (folder / "kiosk.token").write_text(KIOSK_TOKEN + "\n")
    path = folder / "touch.toml"
    path.write_text(
        f'kiosk = "kiosk-1"\nhub_url = "{hub_url}"\ntoken_file = "kiosk.token"\n'
        f"[window]\nwidth = {size[0]}\nheight = {size[1]}\nfullscreen = false\n"
        '[[devices]]\nid = "desk"\nkind = "document.simulated"\nport = "sheets"\noptions = { fps = 5 }\n' + more
    )
    return path


class Guardian:
    def __init__(self, app: TouchApp, sheets: Path) -> None:
        self._app, self._sheets = app, sheets

    def to_review(self, pages: int) -> None:
        self._to_form()
        for _, keys in ANSWERS:
            self._answer(keys)
        self._app.wait(lambda seen: any(name.startswith("handler:") for name in seen["widgets"]), "the ward")
        self._app.settled("question")
        self._next("papers")
        self._photograph(pages)
        self._app.wait(lambda seen: seen["widgets"].get("next", {}).get("enabled"), "the paper to be ready", 60)
        self._next("review")

    def _to_form(self) -> None:
        app = self._app
        app.settled("home")
        app.tap("submit_dossier")
        app.settled("find")
        self._type("giam ho")
        app.tap(f"procedure:{PROCEDURE}")
        app.settled("procedure")
        self._next("consents")
        for consent in [name for name in app.look()["widgets"] if name.startswith("consent:")]:
            app.tap(consent)
        app.wait(lambda seen: seen["widgets"]["next"]["enabled"], "the way on")
        self._next("question")

    def _answer(self, keys: str) -> None:
        app = self._app
        title = app.sees("title")["text"]
        app.settled("question")
        self._type(keys)
        app.tap("next")
        app.wait(lambda seen: seen["widgets"].get("title", {}).get("text") != title, "the next question")

    def _photograph(self, pages: int) -> None:
        app = self._app
        app.tap(f"paper:{PAPER}")
        app.settled("paper")
        show_sheet(self._sheets, "Văn bản cử người giám hộ")
        app.tap("way:camera")
        for page in range(pages):
            app.settled("sheet")
            app.tap("shoot")
            app.sees("keep")
            app.settled("sheet")
            app.tap("keep")
            kept = f"đã giữ {page + 1} trang"
            app.wait(lambda seen, kept=kept: kept in str(seen["widgets"].get("finish")), kept)
        app.settled("sheet")
        app.tap("finish")
        app.settled("papers")

    def _next(self, screen: str) -> None:
        self._app.tap("next")
        self._app.settled(screen)

    def _type(self, keys: str) -> None:
        for key in keys:
            self._app.tap(f"key:{SPACE if key == ' ' else key}")
