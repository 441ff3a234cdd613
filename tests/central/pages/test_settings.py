"""Settings through the pages: a form made from the schema, the difference, publishing, history, files, machines."""

import io
import json
import re
from typing import Any

import pytest
from PIL import Image
from pyzbar.pyzbar import ZBarSymbol, decode

from hardware.printer.profile import PrinterProfile
from hardware.profiles import load
from kiosk.central.fleet.layer import LayerName, layer_from_slug
from kiosk.central.fleet.layerbook import read_layer
from kiosk.central.fleet.reports import store_report
from kiosk.central.pages.sample_slip import sample_slip, sample_ticket
from kiosk.central.pages.settings_fields import read_nodes
from kiosk.central.pages.settings_form import by_place, section_nodes, sections
from kiosk.config.layers import Tree
from kiosk.config.outline import nodes_of
from kiosk.config.parts import Problem
from kiosk.config.settings import CentreSettings, own_tree
from kiosk.wire.common import Text
from kiosk.wire.fleet_api import FleetReport
from tests.central.pages.conftest import MINE, NEAR, Pages
from tests.unit.config.test_settings import HUB

CENTRE = LayerName("centre", MINE)
FORM, NEXT = f"/settings/centre.{MINE}/form", f"/settings/centre.{MINE}"


def tree(pages: Pages, name: LayerName = CENTRE) -> Tree:
    return pages.database.read_now(lambda tx: read_layer(tx, name)).tree


def revision(pages: Pages, name: LayerName = CENTRE) -> str:
    return str(pages.database.read_now(lambda tx: read_layer(tx, name)).revision)


def tell_own_file(pages: Pages) -> None:
    """The centre says what its own file says: that of the demonstration."""
    report = FleetReport(centre=MINE, version=0, state="applied", own=json.dumps(own_tree(HUB)).encode())
    pages.database.write_now(lambda tx: store_report(tx, pages.number(MINE), report, pages.clock.now_ms()))


def test_an_admin_changes_hours_sees_the_difference_and_publishes(pages: Pages) -> None:
    form = {"hours.last_ticket_min": "25", "hours.week#": "0", "hours.week[0].days": "mon"}
    form |= {"hours.week[0].reception": "07:30-11:30, 13:00-17:00", "revision": "0"}
    assert pages.post(f"{FORM}/hours", "lanh-dao", **form).status_code == 303
    week = [{"days": ["mon"], "reception": ["07:30-11:30", "13:00-17:00"]}]
    assert tree(pages) == {"hours": {"week": week, "last_ticket_min": 25}}
    shown = pages.get(f"{NEXT}/difference", "lanh-dao").text
    assert "Ngừng cấp số trước khi hết giờ" in shown
    done = pages.post(f"{NEXT}/publish", "lanh-dao", revision=revision(pages), reason="Giờ mùa mưa")
    assert re.fullmatch(r"/rollouts/\d+", done.headers["location"])
    assert "Đang triển khai" in pages.get(done.headers["location"], "lanh-dao").text
    assert "Giờ mùa mưa" in pages.get(f"{NEXT}/history", "lanh-dao").text
    assert "công bố" in pages.get("/audit", "lanh-dao").text


def test_an_empty_field_says_nothing_and_shows_what_holds_and_who_says_it(pages: Pages) -> None:
    pages.post("/settings/city/form/rule", "thanh-pho", revision="0", **{"rule.undo_s": "45"})
    pages.post("/settings/city/publish", "thanh-pho", revision=revision(pages, LayerName("city")), reason="x")
    text = pages.get(f"{FORM}/rule", "lanh-dao").text
    assert re.search(r"Nếu bỏ trống: 45\s*<span class=\"origin\">\(theo thành phố\)", text)
    assert re.search(r"Nếu bỏ trống: 1800\s*<span class=\"origin\">\(theo mặc định\)", text)
    tell_own_file(pages)
    assert "theo tệp tại trung tâm" in pages.get(f"{FORM}/services", "lanh-dao").text


def test_what_is_wrong_is_told_beside_its_field_and_nothing_is_saved(pages: Pages) -> None:
    answer = pages.post(f"{FORM}/rule", "lanh-dao", revision="0", **{"rule.priority_share": "0"})
    assert answer.status_code == 400
    assert 'aria-invalid="true"' in answer.text
    assert "Cần một số" in answer.text
    assert tree(pages) == {}


def test_a_text_with_markup_is_refused_and_shown_as_text(pages: Pages) -> None:
    evil = {"texts.announcement.vi": "<script>alert(1)</script>", "texts.announcement.en": "x"}
    answer = pages.post(f"{FORM}/texts", "lanh-dao", revision="0", **evil)
    assert answer.status_code == 400
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;" in answer.text


def test_the_second_of_two_admins_is_told_and_shown_both(pages: Pages) -> None:
    pages.post(f"{FORM}/rule", "thanh-pho", revision="0", **{"rule.undo_s": "30"})
    answer = pages.post(f"{FORM}/rule", "lanh-dao", revision="0", **{"rule.undo_s": "40"})
    assert answer.status_code == 409
    assert "Người khác vừa lưu" in answer.text
    assert "30" in answer.text
    assert "40" in answer.text
    assert tree(pages) == {"rule": {"undo_s": 30}}
    mine = pages.post(f"{NEXT}/import", "lanh-dao", revision=revision(pages), text='{"rule":{"undo_s":40}}')
    assert mine.status_code == 303
    assert tree(pages) == {"rule": {"undo_s": 40}}


def test_a_centre_with_no_open_service_cannot_be_published(pages: Pages) -> None:
    tell_own_file(pages)
    rows = {f"services[{each.id}].removed": "1" for each in HUB.services}
    body = [("revision", "0"), *rows.items(), *(("services#", each.id) for each in HUB.services)]
    headers = {"Origin": "http://testserver", "Cookie": "central_session=token-of-lanh-dao", "Accept": "text/html"}
    form: dict[str, Any] = {}
    for name, value in body:
        form.setdefault(name, []).append(value)
    assert pages.client.post(f"{FORM}/services", headers=headers, data=form).status_code == 303
    shown = pages.get(f"{NEXT}/difference", "lanh-dao").text
    assert "không còn dịch vụ nào mở" in shown
    refused = pages.post(f"{NEXT}/publish", "lanh-dao", revision=revision(pages), reason="x")
    assert refused.status_code == 409


@pytest.mark.parametrize(
    "form",
    [{"reason": ""}, {"reason": "x", "limit": "99"}, {"reason": "x", "start": "soon"}, {"reason": "x", "limit": "a"}],
)
def test_a_plan_that_is_none_is_refused(pages: Pages, form: dict[str, str]) -> None:
    pages.post(f"{FORM}/rule", "lanh-dao", revision="0", **{"rule.undo_s": "30"})
    assert pages.post(f"{NEXT}/publish", "lanh-dao", revision="1", **form).status_code == 400


def test_an_old_version_is_restored_as_a_draft(pages: Pages) -> None:
    for undo_s in ("30", "40"):
        pages.post(f"{FORM}/rule", "lanh-dao", revision=revision(pages), **{"rule.undo_s": undo_s})
        done = pages.post(f"{NEXT}/publish", "lanh-dao", revision=revision(pages), reason=undo_s)
        pages.rows.run("UPDATE rollout SET state = 'done'")
        assert done.status_code == 303
    assert pages.post(f"{NEXT}/restore", "lanh-dao", version="1").status_code == 303
    assert tree(pages) == {"rule": {"undo_s": 30}}


@pytest.mark.parametrize("form", ["toml", "json"])
def test_what_was_exported_can_be_imported(pages: Pages, form: str) -> None:
    pages.post(f"{FORM}/texts", "lanh-dao", revision="0", **{"texts.welcome.vi": "Chào", "texts.welcome.en": "Hello"})
    before = tree(pages)
    text = pages.get(f"{NEXT}/export.{form}", "lanh-dao").text
    pages.post(f"{FORM}/texts", "lanh-dao", revision=revision(pages))
    assert tree(pages) == {}
    assert pages.post(f"{NEXT}/import", "lanh-dao", revision=revision(pages), text=text).status_code == 303
    assert tree(pages) == before


@pytest.mark.parametrize("text", ["[", "= 1", '{"colour": 1}', "\x00"])
def test_a_file_that_is_none_is_refused(pages: Pages, text: str) -> None:
    assert pages.post(f"{NEXT}/import", "lanh-dao", revision="0", text=text).status_code == 400


def test_the_preview_shows_what_the_draft_says(pages: Pages) -> None:
    tell_own_file(pages)
    said = {"texts.welcome.vi": "Xin chào bà con", "texts.welcome.en": "Welcome"}
    pages.post(f"{FORM}/texts", "lanh-dao", revision="0", **said)
    text = pages.get(f"{NEXT}/preview", "lanh-dao").text
    assert "Xin chào bà con" in text
    assert HUB.fields[0].name.vi in text
    assert all(word in text for word in ("Lấy số thứ tự", "Nộp hồ sơ", "Tra cứu hồ sơ")), "as on the kiosk"


def test_the_preview_offers_what_the_kiosk_would_in_its_language(pages: Pages) -> None:
    tell_own_file(pages)
    kiosk = {"language": "en", "features": {"procedures": False, "english": False}}
    pages.post(f"{NEXT}/import", "lanh-dao", revision="0", text=json.dumps({"kiosk": kiosk}))
    text = pages.get(f"{NEXT}/preview", "lanh-dao").text
    assert "Take a number" in text
    assert "Hand in a dossier" not in text
    assert "<li>English</li>" not in text


def test_the_first_difference_says_that_nothing_was_said_before(pages: Pages) -> None:
    pages.post(f"{FORM}/rule", "lanh-dao", revision="0", **{"rule.undo_s": "30"})
    text = pages.get(f"{NEXT}/difference", "lanh-dao").text
    assert "Trước đây mục này chưa nói gì" in text
    assert "{}" not in text


def test_the_preview_shows_the_slip_as_the_printer_prints_it_and_says_what_stands_on_it(pages: Pages) -> None:
    tell_own_file(pages)
    foot = {"texts.slip_foot.vi": "Cảm ơn bà con", "texts.slip_foot.en": "Thank you"}
    pages.post(f"{FORM}/texts", "lanh-dao", revision="0", **foot)
    text = pages.get(f"{NEXT}/preview", "lanh-dao").text
    for language, last in (("vi", "Cảm ơn bà con"), ("en", "Thank you")):
        assert re.search(rf'src="{NEXT}/slip\.{language}\.png" alt="[^"]*{last}"', text)
        answer = pages.get(f"{NEXT}/slip.{language}.png", "lanh-dao")
        with Image.open(io.BytesIO(answer.content)) as image:
            assert image.width == load("epson-tm-t20", PrinterProfile).width_dots
            assert decode(image.convert("L"), symbols=[ZBarSymbol.QRCODE]), "its code can be read"
    assert pages.get(f"{NEXT}/slip.de.png", "lanh-dao").status_code == 404


@pytest.mark.parametrize("name", [{}, {"vi": "x"}, None, 3])
def test_a_service_that_is_half_said_has_no_slip_yet(name: object) -> None:
    assert sample_ticket({"services": [{"id": "a", "name": name}]}, Text(vi="A", en="A"), "B001", 0) is None


def test_a_printer_of_another_width_prints_a_slip_of_another_width() -> None:
    ticket = sample_ticket({"services": [{"name": {"vi": "A", "en": "A"}}]}, Text(vi="A", en="A"), "B001", 0)
    assert ticket is not None
    widths = []
    for profile in ("epson-tm-t20", "pos-58", "unheard-of"):
        made = sample_slip(ticket, "vi", [{"kind": "printer.escpos", "profile": profile}])
        widths.append(Image.open(io.BytesIO(made.png)).width)
    assert widths[0] == widths[2] > widths[1]


def test_a_rollout_is_stopped_and_the_centre_gets_a_newer_version_of_the_old(pages: Pages) -> None:
    pages.post(f"{FORM}/rule", "lanh-dao", revision="0", **{"rule.undo_s": "30"})
    where = pages.post(f"{NEXT}/publish", "lanh-dao", revision="1", reason="x").headers["location"]
    assert pages.post(f"{where}/stop", "lanh-dao").status_code == 303
    assert "Đã quay về bản trước" in pages.get(where, "lanh-dao").text
    assert tree(pages) == {}


def test_a_command_is_given_with_a_button_and_its_result_is_shown(pages: Pages) -> None:
    answer = pages.post(f"/fleet/{MINE}/commands", "lanh-dao", kind="test_print", target="1")
    assert answer.status_code == 303
    text = pages.get(f"/fleet/{MINE}", "lanh-dao").text
    assert "In thử" in text
    assert "đang chờ" in text
    for form in ({"kind": "format_disk", "target": "1"}, {"kind": "test_print", "target": "elsewhere"}):
        assert pages.post(f"/fleet/{MINE}/commands", "lanh-dao", **form).status_code == 400


def test_who_needs_a_technician_is_told_in_order_of_people(pages: Pages) -> None:
    text = pages.get("/fleet", "thanh-pho").text
    assert "Thiết bị không trả lời" in text
    assert "Sắp hết giấy" in text
    assert pages.get(f"/fleet?q={NEAR}", "thanh-pho").status_code == 200


def test_every_setting_has_words_in_both_languages(pages: Pages) -> None:
    """A setting that is added to the schema without words fails here."""
    for kind in ("centre", "kiosk"):
        for section in sections(kind):
            path = f"/settings/{'centre.' + MINE if kind == 'centre' else f'kiosk.{MINE}.k-1'}/form/{section}"
            labels = re.findall(r"<(?:label|legend)[^>]*>([a-z_]+(?:\.[a-z_]+)+)<", pages.get(path, "lanh-dao").text)
            assert labels == [], section


def test_the_form_reads_every_kind_of_value() -> None:
    form = {
        "rule.undo_s": ["x"],
        "services#": ["a", "+"],
        "services[a].priority_question": ["false"],
        "services[a].bring": ["Giấy tờ | Papers\nẢnh"],
        "services[+].id": ["b"],
        "services[+].name.vi": ["Bê"],
        "devices#": ["d"],
        "devices[d].options": ["width = 3\nfast = true\nname = x"],
        "devices[d].address": ["4"],
        "counters#": ["1"],
        "counters[1].services": ["a, b"],
    }
    tree = read_nodes(nodes_of(CentreSettings), form, "")
    assert tree["rule"] == {"undo_s": "x"}
    assert tree["services"] == [
        {"id": "a", "priority_question": False, "bring": [{"vi": "Giấy tờ", "en": "Papers"}, {"vi": "Ảnh", "en": ""}]},
        {"id": "b", "name": {"vi": "Bê", "en": ""}},
    ]
    assert tree["devices"] == [{"id": "d", "address": 4, "options": {"width": 3, "fast": True, "name": "x"}}]
    assert tree["counters"] == [{"id": "1", "services": ["a", "b"]}]


def test_a_problem_is_found_under_the_name_of_its_input() -> None:
    found = by_place([Problem("services[1].name", "x", "x")], {"services": [{"id": "a"}, {"id": "b"}]})
    assert list(found) == ["services[b].name"]
    assert [node.name for node in section_nodes("centre", "hours")] == ["hours"]


@pytest.mark.parametrize(
    "slug",
    ["", "moon", "city.1", "centre", "kiosk.1", "group.", "centre.\x00", "kiosk.25747.K 1", "centre." + "1" * 99],
)
def test_an_address_that_names_no_layer(slug: str) -> None:
    assert layer_from_slug(slug) is None
