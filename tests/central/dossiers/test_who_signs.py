"""Every route for hubs asks who speaks. Where there are dossiers, all of them are there."""

from typing import Any

import pytest
from starlette.routing import Route

from kiosk.central.devices import LOOK_S
from kiosk.central.enrolment import revoke
from kiosk.wire.central_api import DEVICE, SIGNATURE
from tests.central.conftest import RunningCentral
from tests.central.dossiers.conftest import Ward

WITHOUT_A_DEVICE = "/v1/enrol"  #: a code is its permission


def routes_for_hubs(central: RunningCentral) -> list[tuple[str, str]]:
    app: Any = central.client.app
    found = [route for route in app.routes if isinstance(route, Route) and route.path.startswith("/v1/")]
    asked = {(method, route.path) for route in found for method in route.methods or () if method != "HEAD"}
    return sorted(asked - {("POST", WITHOUT_A_DEVICE)})


@pytest.mark.parametrize("why", ["unknown_device", "forged", "revoked"])
def test_who_may_not_speak_gets_the_same_answer_everywhere_and_a_line_in_the_log(
    ward: Ward, why: str, caplog: pytest.LogCaptureFixture
) -> None:
    central, clock = ward.central, ward.central.clock
    if why == "revoked":
        central.central.database.write_now(lambda tx: revoke(tx, ward.device.device, clock.now_ms()))
        clock.advance(round(LOOK_S * 1000))
        assert central.client.portal is not None
        central.client.portal.call(central.central.devices.look)
    wrong = {"unknown_device": {DEVICE: "d-4711"}, "forged": {SIGNATURE: "AAAA"}}.get(why, {})
    routes = routes_for_hubs(central)
    assert {"/v1/events", "/v1/desired", "/v1/procedures", "/v1/dossiers/papers/put"} <= {path for _, path in routes}
    for method, path in routes:
        caplog.clear()
        headers = ward.device.headers(path, b"", clock.now_ms(), method) | wrong
        answer = central.client.request(method, path, headers=headers)
        assert (answer.status_code, answer.json()["error"]) == (401, why), path
        assert f"{path} was refused" in caplog.text
