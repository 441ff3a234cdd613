"""Staff without a browser: signs in and sends the commands that the console's buttons send."""

import uuid
from types import TracebackType
from typing import Any, Self, TypeVar

import msgspec
import requests

from kiosk.demo.folder import SignIn
from kiosk.demo.processes import DemoFailed
from kiosk.wire.common import ErrorReply
from kiosk.wire.staff_api import CounterAction, CounterCommand, CounterReply, SupervisorCommand, SupervisorReply

TIMEOUT_S = 15.0
FILE_S = 60.0  #: it is looked at page by page
Reply = TypeVar("Reply", bound=msgspec.Struct)


class Officer:
    """One signed-in person. ``counter`` is the one that ``hold`` took."""

    def __init__(self, url: str, who: SignIn) -> None:
        self._url, self.who = url, who
        self.counter = ""
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Origin"] = url
        self._seen: int | None = None

    def __enter__(self) -> Self:
        self.sign_in()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._session.close()

    def sign_in(self) -> None:
        self.form("/signin", name=self.who.name, password=self.who.password)

    def hold(self, counter: str) -> None:
        self.form("/console/hold", counter=counter)
        self.counter = counter

    def press(self, action: CounterAction, **values: Any) -> CounterReply | ErrorReply:
        """One press of a button; the answer says what stands at the counter afterwards."""
        command = CounterCommand(request_id=uuid.uuid4().hex, action=action, seen=self._seen, **values)
        reply = self._send(f"/v1/counters/{self.counter}/commands", command, CounterReply)
        if isinstance(reply, CounterReply):
            self._seen = reply.ticket.id if reply.ticket and reply.ticket.state in ("called", "serving") else None
        return reply

    def supervise(self, command: SupervisorCommand) -> SupervisorReply | ErrorReply:
        return self._send("/v1/supervisor/commands", command, SupervisorReply)

    def read(self, path: str) -> bytes:
        """A page or a file."""
        try:
            answer = self._session.get(self._url + path, timeout=TIMEOUT_S)
        except requests.RequestException as error:
            raise DemoFailed(f"{path}: {error}") from error
        if not answer.ok:
            raise DemoFailed(f"{path} was answered with {answer.status_code}")
        return answer.content

    def bring(self, path: str, content: bytes) -> None:
        """A file from the officer's scanner."""
        headers = {"Content-Type": "application/octet-stream"}
        try:
            answer = self._session.post(self._url + path, data=content, headers=headers, timeout=FILE_S)
        except requests.RequestException as error:
            raise DemoFailed(f"{path}: {error}") from error
        if not answer.ok:
            raise DemoFailed(f"{path} was answered with {answer.status_code}: {answer.text[:200]}")

    def _send(self, path: str, command: msgspec.Struct, kind: type[Reply]) -> Reply | ErrorReply:
        try:
            answer = self._session.post(
                self._url + path,
                data=msgspec.json.encode(command),
                headers={"Content-Type": "application/json"},
                timeout=TIMEOUT_S,
            )
            if answer.ok:
                return msgspec.json.decode(answer.content, type=kind)
            return msgspec.json.decode(answer.content, type=ErrorReply)
        except (requests.RequestException, msgspec.DecodeError) as error:
            raise DemoFailed(f"{path}: {error}") from error

    def form(self, path: str, **fields: str) -> None:
        """A form of a page, which leads on to another page."""
        try:
            answer = self._session.post(self._url + path, data=fields, timeout=TIMEOUT_S, allow_redirects=False)
        except requests.RequestException as error:
            raise DemoFailed(f"{path}: {error}") from error
        if answer.status_code != requests.codes.see_other:
            raise DemoFailed(f"{self.who.name} was refused at {path}: status {answer.status_code}")
