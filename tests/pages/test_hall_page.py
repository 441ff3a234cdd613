"""The hall screen in a real browser: announcements one after the other, readable from afar, honest when stale."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from playwright.sync_api import Browser, Page, expect

from kiosk.wire.common import Text
from tests.fakes.centre import SERVICES, FakeCentre
from tests.pages.conftest import Visitor
from tests.pages.server import PageServer

#: Records when each chime starts, and when the big number changes.
RECORD = """() => {
  window.chimes = []; window.shown = [];
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () {
    window.chimes.push({ at: Date.now(), sound: this.src.split("/").pop().split("?")[0] });
    return play.call(this);
  };
  new MutationObserver(() => {
    const label = document.querySelector(".now-label")?.textContent;
    if (label && window.shown.at(-1)?.label !== label) window.shown.push({ at: Date.now(), label });
  }).observe(document.getElementById("now"), { childList: true, subtree: true });
}"""
TV_43_INCH_HEIGHT_MM = 535.0
TV_43_INCH_WIDTH_MM = 952.0
DIGIT_EM = 0.74  #: height of digits in Be Vietnam Pro, OS/2 sCapHeight 740 of 1000


def big(page: Page, label: str, **options: float) -> None:
    expect(page.locator(".now-label")).to_have_text(label, **options)  # type: ignore[arg-type]


def test_a_call_stands_big_with_its_counter_and_stays_in_the_list(centre: FakeCentre, visitor: Visitor) -> None:
    page = visitor.hall()
    expect(page.locator("#now")).to_contain_text("Chưa gọi số nào")
    centre.call("3", centre.issue("ban-sao"))
    centre.changed()
    big(page, "C001")
    expect(page.locator(".now-counter")).to_have_text("Quầy 3")
    expect(page.locator("#calls .call")).to_have_count(1)
    expect(page.locator("#calls .call .call-counter")).to_contain_text("3")


def test_several_calls_at_once_each_get_their_chime_and_four_seconds(centre: FakeCentre, visitor: Visitor) -> None:
    page = visitor.hall()
    page.evaluate(RECORD)
    for counter in ("1", "2", "3"):
        centre.call(counter, centre.issue("ban-sao"))
    centre.changed()
    expect(page.locator("#calls .call")).to_have_count(3)
    big(page, "C001")
    big(page, "C003", timeout=15_000)
    shown, chimes = page.evaluate("[window.shown, window.chimes]")
    assert [each["label"] for each in shown] == ["C001", "C002", "C003"]
    assert [each["sound"] for each in chimes] == ["chime.wav"] * 3
    assert all(later["at"] - earlier["at"] >= 4000 for earlier, later in pairwise(shown))


def test_the_next_call_does_not_cut_off_the_last(centre: FakeCentre, visitor: Visitor) -> None:
    page = visitor.hall()
    page.evaluate(RECORD)
    centre.call("1", centre.issue("ban-sao"))
    centre.changed()
    big(page, "C001")
    centre.call("2", centre.issue("ban-sao"))
    centre.changed()
    expect(page.locator("#calls .call").first).to_contain_text("C002")
    big(page, "C001")
    expect(page.locator("#now")).to_have_class("now is-fresh")
    big(page, "C002", timeout=8000)
    first, second = page.evaluate("window.shown")
    assert second["at"] - first["at"] >= 4000


def test_a_recall_sounds_its_own_chime(centre: FakeCentre, visitor: Visitor) -> None:
    row = centre.call("1", centre.issue("ban-sao"))
    assert row is not None
    page = visitor.hall()
    big(page, "C001")
    page.evaluate(RECORD)
    centre.recall(row.id)
    centre.changed()
    expect(page.locator("#now")).to_have_class("now is-fresh")
    assert [each["sound"] for each in page.evaluate("window.chimes")] == ["recall.wav"]
    expect(page.locator("#calls .call")).to_have_count(1)


def test_a_call_that_was_undone_leaves_the_screen(centre: FakeCentre, visitor: Visitor) -> None:
    centre.call("1", centre.issue("ban-sao"))
    page = visitor.hall()
    big(page, "C001")
    centre.calls.clear()
    centre.changed()
    expect(page.locator("#now")).to_contain_text("Chưa gọi số nào")


def test_opening_the_screen_announces_nothing_old(centre: FakeCentre, visitor: Visitor) -> None:
    centre.call("1", centre.issue("ban-sao"))
    page = visitor.hall()
    big(page, "C001")
    expect(page.locator("#now")).to_have_class("now")


def test_calls_made_during_a_restart_are_announced_after_it(
    centre: FakeCentre, server: PageServer, visitor: Visitor
) -> None:
    page = visitor.hall()
    server.stop()
    expect(page.locator("#stale")).to_be_visible(timeout=8000)
    centre.call("1", centre.issue("ban-sao"))
    server.start()
    big(page, "C001", timeout=8000)
    expect(page.locator("#stale")).to_be_hidden()
    expect(page.locator("#now")).to_have_class("now is-fresh")


@pytest.mark.parametrize(
    ("width", "height", "line_mm", "rows"),
    [(1920, 1080, TV_43_INCH_HEIGHT_MM / 1080, 5), (1080, 1920, TV_43_INCH_WIDTH_MM / 1920, 6)],
)
def test_digits_are_40_mm_high_on_a_43_inch_screen(
    centre: FakeCentre, visitor: Visitor, width: int, height: int, line_mm: float, rows: int
) -> None:
    for number in range(12):
        centre.call(str(number % 5 + 1), centre.issue("xay-dung"))
        centre.issue(list(SERVICES)[number])
    page = visitor.hall(width=width, height=height)
    page.evaluate("document.fonts.ready")
    for place in (".now-label", ".now-counter", ".call-label", ".call-counter"):
        px = page.locator(place).first.evaluate("at => parseFloat(getComputedStyle(at).fontSize)")
        assert px * DIGIT_EM * line_mm >= 40, place
    in_sight, whole = page.evaluate(
        """() => { const list = document.getElementById("calls").getBoundingClientRect();
        const seen = [...document.querySelectorAll(".call")].map(row => row.getBoundingClientRect())
          .filter(row => row.left < list.right);
        return [seen.length, seen.every(row => row.bottom <= list.bottom + 1)] }"""
    )
    assert in_sight >= rows
    assert whole, "no row is cut in half"
    label, panel = page.locator(".now-label").bounding_box(), page.locator("#now").bounding_box()
    assert label is not None
    assert panel is not None
    assert label["width"] < panel["width"], "the widest number fits its panel"
    assert page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]") == [
        width,
        height,
    ]


def test_a_four_digit_number_and_a_long_counter_name_fit(centre: FakeCentre, visitor: Visitor) -> None:
    centre.put("2", name=SERVICES["chu-ky"])
    number = centre.issue("xay-dung")
    centre.relabel(number, "M1000")
    page = visitor.hall()
    centre.call("2", number)
    centre.changed()
    big(page, "M1000")
    label, panel, name = (page.locator(at).bounding_box() for at in (".now-label", "#now", ".now-counter"))
    assert label is not None
    assert panel is not None
    assert name is not None
    assert label["width"] < panel["width"]
    assert name["width"] < panel["width"]
    assert name["y"] + name["height"] <= panel["y"] + panel["height"]


def test_lanes_turn_so_that_every_waiting_service_is_shown(centre: FakeCentre, visitor: Visitor) -> None:
    for service in SERVICES:
        centre.issue(service)
    page = visitor.hall()
    expect(page.locator(".lanes-title")).to_contain_text("12 người")
    assert page.locator(".lane:visible").count() == 6
    first = page.locator(".lane:visible").first.inner_text()
    expect(page.locator(".lane:visible").first).not_to_have_text(first, timeout=15_000)
    assert page.locator(".lane:visible").count() == 6


def test_a_closed_kiosk_is_said_on_the_screen(centre: FakeCentre, visitor: Visitor) -> None:
    page = visitor.hall()
    expect(page.locator(".notice")).to_have_count(0)
    centre.is_open = False
    centre.changed()
    expect(page.locator(".notice")).to_contain_text("Đã hết giờ lấy số")


def test_nothing_moves_for_people_who_asked_for_less_motion(centre: FakeCentre, visitor: Visitor) -> None:
    page = visitor.hall(reduced_motion="reduce")
    centre.call("1", centre.issue("ban-sao"))
    centre.changed()
    expect(page.locator("#now")).to_have_class("now is-fresh")
    assert page.evaluate("document.getAnimations().length") == 0


def test_a_browser_that_blocks_sound_offers_a_button(
    launch: Callable[..., Browser], centre: FakeCentre, server: PageServer
) -> None:
    browser = launch()
    visiting = Visitor(browser, server)
    page = visiting.hall()
    button = page.get_by_role("button", name="Bật âm thanh")
    expect(button).to_be_visible()
    button.click()
    expect(button).to_be_hidden()
    browser.close()


def test_a_kiosks_browser_needs_no_button(centre: FakeCentre, visitor: Visitor) -> None:
    page = visitor.hall()
    centre.call("1", centre.issue("ban-sao"))
    centre.changed()
    big(page, "C001")
    expect(page.get_by_role("button", name="Bật âm thanh")).to_be_hidden()


def test_the_screen_wears_the_colours_of_the_settings_and_takes_them_off_again(
    centre: FakeCentre, visitor: Visitor
) -> None:
    page = visitor.hall()
    ground = "getComputedStyle(document.body).backgroundColor"
    blue = page.evaluate(ground)
    centre.palette = "red"
    centre.changed()
    expect(page.locator("body")).to_have_class("hall palette-red")
    assert page.evaluate(ground) == "rgb(107, 13, 23)"
    centre.palette = "blue"
    centre.changed()
    expect(page.locator("body")).to_have_class("hall")
    assert page.evaluate(ground) == blue


def test_a_screen_that_is_to_be_silent_shows_calls_without_a_sound(centre: FakeCentre, visitor: Visitor) -> None:
    centre.sounds = False
    page = visitor.hall()
    page.evaluate(RECORD)
    centre.call("3", centre.issue("ban-sao"))
    centre.changed()
    big(page, "C001")
    assert page.evaluate("window.chimes") == []
    expect(page.locator("#sound")).to_be_hidden()
    centre.sounds = True
    centre.call("2", centre.issue("ban-sao"))
    centre.changed()
    big(page, "C002")
    assert len(page.evaluate("window.chimes")) == 1


def test_a_screen_that_is_open_takes_up_another_name(centre: FakeCentre, visitor: Visitor) -> None:
    page = visitor.hall()
    centre.name = Text(vi="Phường Mới", en="New Ward")
    centre.changed()
    expect(page.locator("#centre")).to_have_text("Phường Mới")
