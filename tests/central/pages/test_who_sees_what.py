"""Every route of the pages for every role, in their scope and out of it. A new route without a line here fails."""

import re
from dataclasses import dataclass, field

import pytest
from starlette.routing import Route

from kiosk.central.app import build_app
from tests.central.conftest import city_config
from tests.central.pages import town
from tests.central.pages.conftest import MINE, NEAR, NORTH, SEA, Pages
from tests.fakes.clock import FakeClock

EVERYBODY = ("", *(name for name, *_ in town.PEOPLE))
#: Which centres each account may see; the first is whom the names of ``town.PEOPLE`` stand for.
SEES = {
    "": (),
    "thanh-pho": (MINE, NEAR, NORTH, SEA),
    "cum": (MINE, NEAR),
    "lanh-dao": (MINE,),
    "xem": (MINE, NEAR, NORTH, SEA),
    "xem-cum": (NORTH,),
    "xem-mot": (NORTH,),
}
ACTS = {"thanh-pho", "cum", "lanh-dao"}
TO_SIGN_IN, GONE, REFUSED, MISSING, CLOSING = 303, 303, 403, 404, 503


@dataclass(frozen=True)
class Ask:
    """``expected`` by account; ``otherwise`` for those that it does not name. ``form``: of a POST."""

    path: str
    otherwise: int
    expected: dict[str, int] = field(default_factory=dict)
    form: dict[str, str] = field(default_factory=dict)

    def status(self, who: str) -> int:
        return self.expected.get(who, self.otherwise)


def signed_in(path: str, status: int = 200, **others: int) -> Ask:
    """The same for everybody who is signed in, but for ``others``."""
    names = {name.replace("_", "-"): code for name, code in others.items()}
    return Ask(path, status, {"": TO_SIGN_IN} | names)


def of_centre(path: str, centre: str, status: int = 200) -> Ask:
    """For those who may see that centre."""
    return Ask(path, MISSING, {"": TO_SIGN_IN} | {who: status for who, seen in SEES.items() if centre in seen})


def acknowledged(incident: int, centre: str) -> Ask:
    """A viewer is refused; for the others a centre out of their scope does not exist."""
    allowed = {who: (GONE if centre in SEES[who] else MISSING) for who in ACTS}
    return Ask(f"/incidents/{incident}/acknowledge", REFUSED, {"": TO_SIGN_IN} | allowed)


def figures(path: str) -> list[Ask]:
    """``path`` with "?"."""
    return [
        signed_in(path),
        *(of_centre(f"{path}centre={centre}", centre) for centre in (MINE, NEAR, NORTH, SEA)),
        Ask(f"{path}group=trung-tam", 200, {"": TO_SIGN_IN, "xem-cum": MISSING}),
        Ask(f"{path}group=dong-nam", 200, {"": TO_SIGN_IN, "cum": MISSING, "xem-cum": MISSING}),
        Ask(f"{path}centre=nowhere", MISSING, {"": TO_SIGN_IN}),
    ]


#: Which accounts see and which change each layer; a viewer of a part sees the layers above it too.
LAYERS = {
    "city": (set(SEES) - {""}, {"thanh-pho"}),
    "group.trung-tam": ({"thanh-pho", "cum", "lanh-dao", "xem"}, {"thanh-pho", "cum"}),
    "group.bac": ({"thanh-pho", "xem", "xem-cum", "xem-mot"}, {"thanh-pho"}),
    f"centre.{MINE}": ({"thanh-pho", "cum", "lanh-dao", "xem"}, ACTS),
    f"centre.{NEAR}": ({"thanh-pho", "cum", "xem"}, {"thanh-pho", "cum"}),
    f"kiosk.{MINE}.kiosk-1": ({"thanh-pho", "cum", "lanh-dao", "xem"}, ACTS),
}


def of_layers(path: str, status: int, kiosk: str = "") -> list[Ask]:
    """For those who see the layer. ``kiosk``: another path for that of a kiosk."""
    return [
        Ask(
            f"/settings/{slug}{kiosk or path if slug[0] == 'k' else path}",
            MISSING,
            {"": TO_SIGN_IN} | dict.fromkeys(seen, status),
        )
        for slug, (seen, _) in LAYERS.items()
    ]


def changed(path: str, status: int, kiosk: str = "") -> list[Ask]:
    """Who sees it and may not change it is refused; for the others it does not exist."""
    return [
        Ask(
            f"/settings/{slug}{kiosk or path if slug[0] == 'k' else path}",
            MISSING,
            {"": TO_SIGN_IN} | dict.fromkeys(seen, REFUSED) | dict.fromkeys(may, status),
        )
        for slug, (seen, may) in LAYERS.items()
    ]


def of_rollouts(path: str, status: int) -> list[Ask]:
    """Number 1 is of the city, number 2 of one centre."""
    return [
        signed_in(f"/rollouts/1{path}", status),
        Ask(
            f"/rollouts/2{path}",
            MISSING,
            {"": TO_SIGN_IN} | {who: status for who, seen in SEES.items() if MINE in seen},
        ),
        Ask(f"/rollouts/99{path}", MISSING, {"": TO_SIGN_IN}),
    ]


def of_admins(path: str, status: int, **form: str) -> list[Ask]:
    return [Ask(path, REFUSED, {"": TO_SIGN_IN, "thanh-pho": status}, form)]


#: What is not for people: hubs sign (test_who_signs), and who may watch stands in the configuration (test_watching).
OF_MACHINES = re.compile(r"/v1/.+|/healthz|/readyz|/metrics")
#: The streams of this table are about to close, so what may be watched answers "come back later".
TABLE: dict[tuple[str, str], list[Ask]] = {
    ("GET", "/"): [signed_in("/", GONE)],
    ("GET", "/static/{name}"): [Ask("/static/base.css", 200), Ask("/static/nothing.css", MISSING)],
    ("GET", "/signin"): [Ask("/signin", GONE, {"": 200})],
    ("POST", "/signin"): [Ask("/signin", 401, form={"password": "wrong"})],
    ("POST", "/signout"): [Ask("/signout", GONE)],
    ("POST", "/language"): [Ask("/language", GONE, form={"language": "en"})],
    ("GET", "/city"): [signed_in("/city", lanh_dao=GONE, xem_mot=GONE)],
    ("GET", "/city/stream"): [signed_in("/city/stream", CLOSING)],
    ("GET", "/centre/{code}"): [
        *(of_centre(f"/centre/{centre}", centre) for centre in (MINE, NEAR, NORTH, SEA)),
        Ask("/centre/nowhere", MISSING, {"": TO_SIGN_IN}),
    ],
    ("GET", "/centre/{code}/stream"): [
        *(of_centre(f"/centre/{centre}/stream", centre, CLOSING) for centre in (MINE, NEAR, NORTH, SEA))
    ],
    ("POST", "/incidents/{incident:int}/acknowledge"): [
        *(acknowledged(number, centre) for number, centre in ((1, MINE), (2, NEAR), (3, NORTH))),
        Ask("/incidents/99/acknowledge", REFUSED, {"": TO_SIGN_IN} | dict.fromkeys(ACTS, MISSING)),
    ],
    ("GET", "/figures"): figures("/figures?from=2026-11-09&to=2026-11-22&"),
    ("GET", "/figures.csv"): figures("/figures.csv?from=2026-11-09&to=2026-11-10&"),
    ("GET", "/figures.xlsx"): figures("/figures.xlsx?from=2026-11-09&to=2026-11-10&"),
    ("GET", "/report"): figures("/report?"),
    ("GET", "/report.pdf"): figures("/report.pdf?month=2026-11&"),
    ("GET", "/settings"): [signed_in("/settings")],
    ("GET", "/settings/reference"): [signed_in("/settings/reference")],
    ("GET", "/settings/{layer}"): [*of_layers("", GONE), Ask("/settings/moon", MISSING, {"": TO_SIGN_IN})],
    ("GET", "/settings/{layer}/form/{section}"): of_layers("/form/hours", 200, kiosk="/form/kiosk"),
    ("POST", "/settings/{layer}/form/{section}"): changed("/form/hours", 409, kiosk="/form/kiosk"),
    ("GET", "/settings/{layer}/difference"): of_layers("/difference", 200),
    ("POST", "/settings/{layer}/publish"): changed("/publish", 400),
    ("GET", "/settings/{layer}/history"): of_layers("/history", 200),
    ("POST", "/settings/{layer}/restore"): changed("/restore", MISSING),
    ("GET", "/settings/{layer}/preview"): of_layers("/preview", 200),
    ("GET", "/settings/{layer}/logo"): of_layers("/logo", MISSING),
    ("GET", "/settings/{layer}/slip.{language}.png"): of_layers("/slip.vi.png", MISSING),
    ("GET", "/settings/{layer}/export.{form}"): [*of_layers("/export.toml", 200), *of_layers("/export.json", 200)],
    ("POST", "/settings/{layer}/import"): changed("/import", 409),
    ("GET", "/audit"): [signed_in("/audit")],
    ("GET", "/rollouts/{rollout:int}"): of_rollouts("", 200),
    ("GET", "/rollouts/{rollout:int}/stream"): of_rollouts("/stream", CLOSING),
    ("POST", "/rollouts/{rollout:int}/stop"): [
        Ask("/rollouts/1/stop", REFUSED, {"": TO_SIGN_IN, "thanh-pho": GONE}),
        Ask("/rollouts/2/stop", MISSING, {"": TO_SIGN_IN, "xem": REFUSED} | dict.fromkeys(ACTS, GONE)),
        Ask("/rollouts/99/stop", MISSING, {"": TO_SIGN_IN}),
    ],
    ("GET", "/fleet"): [signed_in("/fleet")],
    ("GET", "/fleet/{code}"): [of_centre(f"/fleet/{centre}", centre) for centre in (MINE, NEAR, NORTH, SEA)],
    ("GET", "/fleet/{code}/device"): [
        of_centre(f"/fleet/{centre}/device?part=1&id=may-in", centre) for centre in (MINE, NEAR, NORTH, SEA)
    ],
    ("POST", "/fleet/{code}/commands"): [
        Ask(
            f"/fleet/{centre}/commands",
            REFUSED,
            {"": TO_SIGN_IN} | {who: (GONE if centre in SEES[who] else MISSING) for who in ACTS},
            {"kind": "test_print", "target": "1"},
        )
        for centre in (MINE, NEAR, NORTH)
    ],
    ("GET", "/fleet/{code}/commands/{number:int}"): [
        Ask(f"/fleet/{MINE}/commands/1", REFUSED, {"": TO_SIGN_IN} | dict.fromkeys(ACTS, MISSING))
    ],
    ("GET", "/procedures"): of_admins("/procedures", 200),
    ("POST", "/procedures/{code}/release"): of_admins(
        "/procedures/9.999999/release", GONE, version="1", effective_from="2026-12-01"
    ),
    ("POST", "/procedures/{code}/reject"): of_admins("/procedures/9.999999/reject", GONE),
    ("GET", "/exchange"): of_admins("/exchange", 200),
    ("POST", "/exchange/again"): of_admins("/exchange/again", GONE, consumer="folder"),
    ("POST", "/exchange/line"): of_admins("/exchange/line", GONE, line="a", drop="1"),
    ("GET", "/exchange/report/{day:int}.csv"): of_admins("/exchange/report/20261122.csv", MISSING),
    # The link of a message is its own permission; these are made up.
    ("GET", "/a/{token}"): [Ask("/a/" + 32 * "a", MISSING)],
    ("POST", "/a/{token}"): [Ask("/a/" + 32 * "a", MISSING)],
    ("GET", "/o/{token}"): [Ask("/o/" + 32 * "a", MISSING)],
    ("POST", "/o/{token}"): [Ask("/o/" + 32 * "a", MISSING)],
}


def real_routes() -> set[tuple[str, str]]:
    """Of a whole worker, so that no page is forgotten wherever it is hung in."""
    every = build_app(city_config("sqlite:///unused.db"), FakeClock()).routes
    found = [route for route in every if isinstance(route, Route) and not OF_MACHINES.fullmatch(route.path)]
    return {(method, route.path) for route in found for method in (route.methods or ()) if method != "HEAD"}


def test_the_table_has_a_line_for_every_route_and_no_other() -> None:
    assert set(TABLE) == real_routes()


@pytest.mark.parametrize("who", EVERYBODY, ids=lambda who: who or "nobody")
@pytest.mark.parametrize("route", TABLE, ids=" ".join)
def test_each_role_gets_what_is_theirs_and_nothing_of_another_centre(
    busy: Pages, route: tuple[str, str], who: str
) -> None:
    busy.parts.streams.close()
    for ask in TABLE[route]:
        token = "" if route[1] in ("/signout", "/signin") and route[0] == "POST" else who
        # Wrong passwords are counted by name.
        form = ask.form | ({"name": f"nobody-{who}"} if "password" in ask.form else {})
        answer = busy.post(ask.path, token, **form) if route[0] == "POST" else busy.get(ask.path, who)
        assert answer.status_code == ask.status(who), (ask.path, answer.text[:300])
        # What is missing says nothing but the address that was asked.
        shown = answer.text.replace(ask.path.replace("&", "&amp;"), "")
        assert foreign_centres(shown, who) == [], ask.path
        if not who and ask.status(who) == TO_SIGN_IN and route[1] != "/signin" and route[0] == "GET":
            assert answer.headers["location"].startswith("/signin")


def foreign_centres(text: str, who: str) -> list[str]:
    """Centres that are named by code though they are out of that account's scope."""
    unseen = {MINE, NEAR, NORTH, SEA} - set(SEES[who])
    return sorted(set(re.findall(r"\b\d{5}\b", text)) & unseen)


def test_only_pages_for_reading_answer_get(busy: Pages) -> None:
    """A link that somebody is lured to click changes nothing."""
    assert busy.get("/incidents/1/acknowledge", "thanh-pho").status_code == 405


def test_a_foreign_page_cannot_take_on_a_warning(busy: Pages) -> None:
    headers = {"Cookie": "central_session=token-of-thanh-pho", "Origin": "http://elsewhere.example"}
    assert busy.client.post("/incidents/1/acknowledge", headers=headers).status_code == 403


def test_a_service_that_only_a_foreign_centre_has_is_not_offered(pages: Pages) -> None:
    """Its name would tell what another centre does."""
    pages.rows.run("INSERT INTO word (centre, kind, id, word) VALUES (?, 1, 99, 'viec-rieng')", pages.number(NORTH))
    sees = {who for who in EVERYBODY if who and "viec-rieng" in pages.get("/figures", who).text}
    assert sees == {who for who, seen in SEES.items() if NORTH in seen}


@pytest.mark.parametrize(
    "path",
    [
        "/figures?service=%00&centre=%00",
        "/figures?from=0001-01-01&to=0001-01-02",
        "/report.pdf?month=9999-12",
        "/report.pdf?month=0001-01",
        "/report.pdf?month=99999999999999999999-1",
        "/city?q=%00&group=%00",
    ],
)
def test_an_address_that_somebody_made_up_is_answered_and_breaks_nothing(pages: Pages, path: str) -> None:
    assert pages.get(path, "thanh-pho").status_code in (200, 400)
