"""The national portal's classic interface on a real HTTP server. It keeps what it takes, and can misbehave.

Written from the description of the messages and without the product's code: it insists on what the documents say (the
header ``dstcode``, a session, strings only, moments of 14 digits).
"""

import contextlib
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

Manner = Literal[
    "answers", "hangs", "nonsense", "lies", "refuses", "forgets", "drops", "fails", "empty", "huge", "drips"
]
_KEEPS_NOTHING = ("lies", "fails", "nonsense", "empty")
MOMENT = re.compile(r"(\d{14})?")
MOMENTS = ("NgayTiepNhan", "NgayHenTra", "NgayNopHoSo", "NgayTra", "ThoiDiemXuLy", "NgayBatDau")


class FakePortal:
    """A context manager. ``dossiers``: items of DongBoHoSoMC by code; ``progress``: of CapNhatTienDoHoSoMC.

    ``manner`` may be changed at any time. "lies": says yes and keeps nothing. "forgets": every session has expired the
    next time. "drops": keeps what it is given and hangs up without an answer.
    """

    def __init__(self, password: str = "mat-khau-thu") -> None:
        self.manner: Manner = "answers"
        self.password = password
        self.dossiers: dict[str, dict[str, Any]] = {}
        self.progress: list[dict[str, Any]] = []
        self.logins = 0
        self.calls: list[str] = []
        self.wrong: list[str] = []  #: what the documents do not allow
        self.ending = threading.Event()
        self._sessions: set[str] = set()
        portal = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                portal._answer(self)

            def log_message(self, format: str, *args: Any) -> None:
                """Tests look at what arrives."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> "FakePortal":
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_raised: object) -> None:
        self.ending.set()
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        body = json.loads(request.rfile.read(int(request.headers["Content-Length"])))
        said = self._login(request, body) if request.path == "/login" else self._service(body)
        with contextlib.suppress(OSError):
            self._say(request, said)

    def _login(self, request: BaseHTTPRequestHandler, body: dict[str, Any]) -> dict[str, Any]:
        self.logins += 1
        if request.headers.get("dstcode") != "VN:GOV:TEST" or body.get("password") != self.password:
            return {"session": "", "error_code": "1"}
        session = f"phien-{self.logins}"
        self._sessions.add(session)
        return {"session": session, "error_code": "0"}

    def _service(self, body: dict[str, Any]) -> dict[str, Any]:
        service = body["service"]
        self.calls.append(service)
        if body.get("session") not in self._sessions:
            return {"error_code": "-1"}
        if self.manner == "forgets":
            self._sessions.clear()
            self.manner = "answers"
            return {"error_code": "-1"}
        if self.manner == "refuses" and service != "TraCuuHoSo":
            return {"error_code": "17"}
        self._check(body)
        match service:
            case "DongBoHoSoMC":
                return self._take(body)
            case "CapNhatTienDoHoSoMC":
                self.progress += [] if self.manner in _KEEPS_NOTHING else body["data"]
                return {"error_code": "0"}
            case _:
                found = self.dossiers.get(body["mahoso"])
                return {"error_code": "0", "data": [found] if found else []}

    def _take(self, body: dict[str, Any]) -> dict[str, Any]:
        for item in body["data"]:
            if (item["MaHoSo"] in self.dossiers) != (body["isUpdating"] == "True"):
                return {"error_code": "9"}  # it is there already, or not yet
            if self.manner not in _KEEPS_NOTHING:
                self.dossiers[item["MaHoSo"]] = item
        return {"error_code": "0"}

    def _check(self, body: dict[str, Any]) -> None:
        for item in body.get("data", []):
            self.wrong += [f"{name} is no string" for name, value in item.items() if not isinstance(value, str | list)]
            self.wrong += [f"{name}: {item[name]}" for name in MOMENTS if not MOMENT.fullmatch(item.get(name, ""))]

    def _say(self, request: BaseHTTPRequestHandler, said: dict[str, Any]) -> None:
        if request.path == "/login" and self.manner != "hangs":
            _reply(request, 200, json.dumps(said).encode())
            return
        match self.manner:
            case "hangs":
                self.ending.wait(30)
            case "drops":
                request.close_connection = True
            case "drips":
                request.send_response(200)
                request.end_headers()
                while not self.ending.wait(0.05):
                    request.wfile.write(b" ")
            case "nonsense":
                _reply(request, 200, "<html>Hệ thống đang bảo trì</html>".encode())
            case "empty":
                _reply(request, 200, b"")
            case "huge":
                _reply(request, 200, b'{"error_code": "0", "more": "' + b"x" * (2 << 20) + b'"}')
            case "fails":
                _reply(request, 503, b"")
            case _:
                _reply(request, 200, json.dumps(said).encode())


def _reply(request: BaseHTTPRequestHandler, status: int, payload: bytes) -> None:
    request.send_response(status)
    request.send_header("Content-Length", str(len(payload)))
    request.end_headers()
    request.wfile.write(payload)
