"""The national portal's classic interface: login, then one POST for each message; ``error_code`` "0" is yes.

1. A yes is believed only when it was said completely, as JSON with an ``error_code``; anything else is no answer.
2. A session that has expired is renewed once for each message.
3. After an answer that did not come the dossier may be there already: when the message is refused the next time, the
   portal is asked for the dossier, and what it knows counts as told.
4. Redirects are not followed, the environment's proxies are not asked, no name and no password reaches the log.
"""

import logging
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec
import requests
from urllib3.exceptions import HTTPError

from kiosk.central.city.deliveries import NotReached, Outcome, RefusedThere, Told
from kiosk.central.city.national_messages import dossier_item, progress_item
from kiosk.central.city.ports import Said, Telling

log = logging.getLogger(__name__)

Service = Literal["DongBoHoSoMC", "CapNhatTienDoHoSoMC", "TraCuuHoSo"]
LOGIN, CALL = "/login", "/service"
MAX_ANSWER = 1 << 20
_CHUNK = 65_536
_FINE = "0"


@dataclass(frozen=True, slots=True, repr=False)
class PortalAccount:
    """``limit_s``: for one request. ``field_codes``: MaLinhVuc by the name of the field.

    ``session_codes``: an ``error_code`` that means that the session has ended; no document lists them.
    """

    url: str
    user: str
    password: str
    dstcode: str
    agency: str  #: madonvi
    limit_s: float = 20.0
    ca_file: str | None = None
    field_codes: Mapping[str, str] = field(default_factory=dict)
    session_codes: tuple[str, ...] = ("-1",)

    def __repr__(self) -> str:
        return f"PortalAccount({self.url})"


class NoAnswer(Exception):
    """Nothing came, or nothing that can be understood; words without anything personal."""


class _Said(msgspec.Struct, frozen=True):
    """Some portals say numbers where the documents say strings; both are taken."""

    error_code: str
    session: str = ""
    data: Any = None


class PortalSystem:
    name = "portal"
    brings = False

    def __init__(self, account: PortalAccount) -> None:
        self._account, self._session = account, ""
        self._one_at_a_time = threading.Lock()  # the reconciliation asks beside the exchange
        self._web = requests.Session()
        self._web.trust_env = False
        self._web.verify = account.ca_file or True
        self._web.headers.update({"Accept-Encoding": "identity"})

    def tell(self, tellings: Sequence[Telling]) -> list[Outcome]:
        outcomes: list[Outcome] = []
        for telling in tellings:
            try:
                outcomes.append(self._tell(telling))
            except NoAnswer as error:
                return [*outcomes, *([NotReached(str(error))] * (len(tellings) - len(outcomes)))]
        return outcomes

    def bring(self) -> list[Said]:
        """The classic interface tells nothing by itself."""
        return []

    def settled(self) -> None:
        pass

    def ask(self, codes: Sequence[str]) -> list[Said]:
        """Those that it knows, as far as it answers."""
        known: list[Said] = []
        try:
            for code in codes:
                said = self._looked_up(code)
                known += [said] if said else []
        except NoAnswer as error:
            log.warning("The portal was asked for %d dossiers and answered for %d: %s", len(codes), len(known), error)
        return known

    def keep_report(self, day: int, content: bytes) -> None:
        """It takes none."""

    def _tell(self, telling: Telling) -> Outcome:
        item = dossier_item(telling, self._account.field_codes)
        is_new = telling.change.is_new
        answer = self._call("DongBoHoSoMC", isUpdating="False" if is_new else "True", data=[item])
        if answer.error_code != _FINE and is_new and self._looked_up(telling.dossier.code) is not None:
            return Told()  # an earlier try had arrived, its answer had not
        if answer.error_code == _FINE and not is_new:
            answer = self._call("CapNhatTienDoHoSoMC", data=[progress_item(telling)])
        if answer.error_code == _FINE:
            return Told()
        return RefusedThere(f"{_code(answer)}")

    def _looked_up(self, code: str) -> Said | None:
        answer = self._call("TraCuuHoSo", mahoso=code)
        records = answer.data if isinstance(answer.data, list) else [answer.data]
        for record in records:
            if isinstance(record, dict) and record.get("MaHoSo") == code:
                status, at = record.get("TrangThaiHoSo", ""), record.get("ThoiDiemXuLy", "")
                return Said("TraCuuHoSo", code, str(status), str(at))
        return None

    def _call(self, service: Service, **more: Any) -> _Said:
        """Raises NoAnswer."""
        with self._one_at_a_time:
            return self._asked(service, more)

    def _asked(self, service: Service, more: Mapping[str, Any]) -> _Said:
        for _ in range(2):
            if not self._session:
                self._log_in()
            words = {"session": self._session, "madonvi": self._account.agency, "service": service}
            answer = self._post(CALL, {**words, **more}, {})
            if answer.error_code == _FINE or answer.error_code not in self._account.session_codes:
                return answer
            self._session = ""
        raise NoAnswer(f"the session is refused: {_code(answer)}")

    def _log_in(self) -> None:
        who = {"username": self._account.user, "password": self._account.password}
        answer = self._post(LOGIN, who, {"dstcode": self._account.dstcode})
        if answer.error_code != _FINE or not answer.session:
            raise NoAnswer(f"the login is refused: {_code(answer)}")
        self._session = answer.session

    def _post(self, path: str, message: Mapping[str, Any], headers: Mapping[str, str]) -> _Said:
        try:
            with self._web.post(
                self._account.url.rstrip("/") + path,
                data=msgspec.json.encode(message),
                headers={"Content-Type": "application/json; charset=utf-8", **headers},
                timeout=(min(5.0, self._account.limit_s), self._account.limit_s),
                stream=True,
                allow_redirects=False,
            ) as answer:
                if answer.status_code != 200:
                    raise NoAnswer(f"status {answer.status_code}")
                return _understood(self._read(answer))
        except (requests.RequestException, HTTPError, OSError, UnicodeError) as error:
            raise NoAnswer(f"no answer: {type(error).__name__}") from error

    def _read(self, answer: requests.Response) -> bytes:
        deadline, payload = time.monotonic() + self._account.limit_s, bytearray()
        while chunk := answer.raw.read1(_CHUNK):
            payload += chunk
            if len(payload) > MAX_ANSWER or time.monotonic() > deadline:
                raise NoAnswer("an answer that is too long or too slow")
        return bytes(payload)


def _understood(payload: bytes) -> _Said:
    try:
        return msgspec.json.decode(payload, type=_Said, strict=False)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NoAnswer("an answer that is not one of the portal") from error


def _code(answer: _Said) -> str:
    return f"error_code {answer.error_code[:40]}"
