"""A code that central has for another dossier, before a real central: exchanged unless somebody has it in hand."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import httpx2
import msgspec

from kiosk.clock import SystemClock
from kiosk.config import HubConfig
from kiosk.config.hub import CityAccess
from kiosk.hub.sync.asking import CityAsking
from kiosk.hub.sync.enrolment import FILE
from kiosk.wire.dossier_api import AgencyReply, Applicant, ClaimAgency, LookUp, LookUpReply, Stored, Submission
from tests.fakes.clock import FakeClock
from tests.fakes.real_central import RealCentral
from tests.hub.conftest import ORIGIN, RunningHub, enrol
from tests.hub.dossiers.conftest import NAME, DossierKiosk, served
from tests.hub.dossiers.test_receive import central, enrol_hub, page, receive

__all__ = ["central"]
AGENCY = "000.00.01.H29"


def until(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not what():
        assert time.monotonic() < deadline


def city_of(folder: Path, central: RealCentral) -> CityAsking:
    return CityAsking(folder, lambda: CityAccess(url=central.url), SystemClock())


def first_code(clock: FakeClock) -> str:
    return f"{AGENCY}-{time.strftime('%y%m%d', time.gmtime(clock.now_ms() / 1000 + 7 * 3600))}-0001"


def take_code(city: CityAsking, code: str, clock: FakeClock) -> None:
    """Another dossier has it."""
    other = Submission(
        code=code,
        secret="34679C",
        procedure="1.004873",
        handled_by="phuong-thu",
        submitted_ms=clock.now_ms(),
        applicant=Applicant(full_name="Người Khác"),
    )
    assert city.ask("/v1/dossiers/submit", other, Stored).code == code


def look_up(city: CityAsking, code: str, secret: str) -> int:
    return len(city.ask("/v1/dossiers/look-up", LookUp(kiosk="k", code=code, secret=secret), LookUpReply).found)


def test_before_the_citizen_has_it_another_number_is_taken_by_itself(config: HubConfig, central: RealCentral) -> None:
    clock = FakeClock(int(time.time() * 1000))
    here = enrol_hub(config, central, clock)
    central.start()
    city = city_of(here.data, central)
    take_code(city, first_code(clock), clock)
    with served(here, clock) as client:
        hub = RunningHub(client.app.state.hub, client, clock)  # type: ignore[attr-defined]  # a Starlette
        enrol(hub.hub)
        kiosk = DossierKiosk(hub)
        draft = kiosk.start()
        kiosk.fill(draft)
        kiosk.to_counter(draft)
        receipt = kiosk.submit(draft).json()
        assert receipt["code"] == first_code(clock)[:-1] + "2"
        until(lambda: kiosk.submit(draft).json()["kept"] == "sent")
        assert kiosk.submit(draft).json()["code"] == receipt["code"], "what was given stays"
        assert look_up(city, receipt["code"], receipt["secret"]) == 1
        [(event,)] = hub.rows("SELECT event FROM outbox WHERE event LIKE '%dossier_renumbered%'")
        said = msgspec.json.decode(event)
        assert (said["before"], said["code"]) == (first_code(clock), receipt["code"])
        assert page(hub, "/dossiers").count(receipt["code"]) > 0


def test_when_the_citizen_has_it_a_supervisor_gives_a_new_receipt(
    config: HubConfig, central: RealCentral, tmp_path: Path
) -> None:
    """The hub is enrolled only when the code is taken: until then it can send nothing."""
    clock = FakeClock(int(time.time() * 1000))
    with served(msgspec.structs.replace(config, central=CityAccess(url=central.url)), clock) as client:
        hub = RunningHub(client.app.state.hub, client, clock)  # type: ignore[attr-defined]  # a Starlette
        enrol(hub.hub)
        assert first_code(clock) in receive(hub).text, "given to the citizen with the city away"
        elsewhere = enrol_hub(msgspec.structs.replace(config, data=tmp_path / "elsewhere"), central, clock).data
        central.start()
        take_code(city_of(elsewhere, central), first_code(clock), clock)
        shutil.copy(elsewhere / FILE, config.data / FILE)
        hub.hub.dossiers.courier.wake()
        until(lambda: "đã có hồ sơ khác mang mã này" in supervision(hub))
        listed = page(hub, "/dossiers")
        assert "Thành phố chưa nhận" in listed
        assert NAME in listed
        path = f"/dossiers/kept/{first_code(clock)}/new-code"
        assert post(hub, path, "an").status_code in (303, 403), "an officer does not"
        ledger = hub.hub.dossiers.room.parts.submitting.ledger
        [row] = ledger.unsent()
        assert ledger.note_offered(row.number, row.code)
        assert post(hub, path, "chi").status_code == 409, "central may be taking it in this moment"
        ledger.put_off(row.number, clock.now_ms() + 60_000, row.trouble)
        given = post(hub, path, "chi")
        assert given.status_code == 200, given.text
        assert first_code(clock) in given.text
        new = first_code(clock)[:-1] + "2"
        assert new in given.text
        assert post(hub, path, "chi").text == given.text, "pressed twice"
        assert not ledger.note_offered(row.number, row.code), "what was read before is not sent with the old code"
        hub.hub.dossiers.courier.wake()
        until(lambda: new in page(hub, "/dossiers") and "Giữ ở đây" not in page(hub, "/dossiers"))
        assert "kept-" not in supervision(hub)
        assert new in post(hub, path, "chi").text, "the answer was lost"
        assert hub.rows("SELECT count(*) FROM outbox WHERE event LIKE '%dossier_renumbered%'") == [(1,)]
        assert post(hub, path.replace("0001", "0002"), "chi").status_code == 409, "central has it"


def test_a_centre_with_the_agency_of_another_one_takes_no_dossiers_and_says_so(
    config: HubConfig, central: RealCentral
) -> None:
    clock = FakeClock(int(time.time() * 1000))
    here = enrol_hub(config, central, clock, others=("phuong-khac",))
    central.start()
    other = city_of(here.data.parent / "phuong-khac", central)
    assert other.ask("/v1/dossiers/agency", ClaimAgency(agency=AGENCY), AgencyReply).taken_by is None
    with served(here, clock) as client:
        hub = RunningHub(client.app.state.hub, client, clock)  # type: ignore[attr-defined]  # a Starlette
        enrol(hub.hub)
        kiosk = DossierKiosk(hub)
        until(lambda: 'id="agency"' in supervision(hub))
        assert "Phường phuong-khac" in supervision(hub)
        form = kiosk.said("GET", "/v1/procedures/1.004873/form")
        assert not form["can_submit"]
        refused = receive(hub)
        assert refused.status_code == 409
        assert "mã cơ quan" in refused.text
        assert hub.rows("SELECT count(*) FROM submission") == [(0,)]


def supervision(hub: RunningHub) -> str:
    return hub.client.get("/supervisor", headers={"cookie": hub.cookie("chi"), "accept": "text/html"}).text


def post(hub: RunningHub, path: str, staff: str) -> httpx2.Response:
    headers = {"cookie": hub.cookie(staff), "origin": ORIGIN, "accept": "text/html"}
    return hub.client.post(path, headers=headers, follow_redirects=False)
