"""A dossier from the real touch app through the real hub to the real central, and back when it is looked up."""

from pathlib import Path

from tests.fakes.dossier_centre import AGENCY, dossier_centre
from tests.touch_ui.guardian import NAME, NUMBER, PHONE, Guardian, touch_toml
from tests.touch_ui.screen import running_touch, virtual_screen

SIZE = (540, 960)


def test_what_is_handed_in_at_the_kiosk_is_at_the_city_and_can_be_looked_up(tmp_path: Path) -> None:
    with (
        dossier_centre(tmp_path) as centre,
        virtual_screen(*SIZE) as display,
        running_touch(display, tmp_path, touch_toml(tmp_path, centre.hub.url, SIZE)) as app,
    ):
        Guardian(app, tmp_path / "sheets").to_review(pages=2)
        app.tap("next", times=2)
        app.settled("receipt")
        code, secret = app.sees("receipt_code")["text"], app.sees("receipt_secret")["text"].replace(" ", "")
        assert code.startswith(AGENCY)
        assert "receipt_sent" in app.look()["widgets"]
        app.tap("done")
        app.settled("home")
        app.tap("look_up")
        app.settled("look_up")
        app.tap("search_by:code")
        app.settled("look_up_code")
        for key in code:
            app.tap(f"key:{key}")
        app.tap("next")
        app.settled("look_up_secret")
        for key in secret:
            app.tap(f"key:{key}")
        app.tap("next")
        app.settled("dossier")
        assert "Đã gửi" in app.sees("dossier_now")["text"]
    written = (tmp_path / "touch.log").read_text() + (tmp_path / "hub" / "hub.log").read_text()
    assert not any(personal in written for personal in (NAME, NUMBER, PHONE, secret))
