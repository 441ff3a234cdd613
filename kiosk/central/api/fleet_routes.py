"""Settings and commands for hubs, and what they report: the contract is ``kiosk.wire.fleet_api``."""

import re
from dataclasses import dataclass

import msgspec
from starlette.requests import Request
from starlette.routing import BaseRoute

from kiosk.central.api import errors
from kiosk.central.api.endpoint import Answer, api_route, read_body, unpacked
from kiosk.central.api.signature import check_signature, device_of
from kiosk.central.devices import Device, Devices
from kiosk.central.fleet.desired import DesiredWatch, Wanted
from kiosk.central.fleet.online_key import OnlineSigner
from kiosk.central.fleet.reports import WrongReport, store_report, store_result
from kiosk.central.ports import Database
from kiosk.clock import Clock
from kiosk.wire.common import Done
from kiosk.wire.fleet_api import WAIT_S, CommandResult, Desired, FleetReport, Reported

_MAX_BODY = 800 * 1024
_TAG = re.compile(r'^"?(\d{1,15})\.(\d{1,15})"?$')
_WAIT = re.compile(r"\bwait=(\d{1,3})\b")
_WRONG = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_report, _result = msgspec.json.Decoder(FleetReport), msgspec.json.Decoder(CommandResult)


@dataclass(frozen=True, slots=True)
class FleetRoutes:
    """``signer``: None where no key is configured; then nothing is ever wanted."""

    database: Database
    devices: Devices
    desired: DesiredWatch
    signer: OnlineSigner | None
    clock: Clock

    def routes(self) -> list[BaseRoute]:
        return [
            api_route("/v1/desired", self._desired, self.clock, method="GET"),
            api_route("/v1/report", self._take_report, self.clock),
            api_route("/v1/commands/result", self._take_result, self.clock),
        ]

    async def _desired(self, request: Request) -> Answer:
        device = await device_of(request, self.devices, self.clock.now_ms())
        check_signature(request, device, b"")
        version, command = _held(request)
        wanted = self._wanted(device)
        if not _is_newer(wanted, version, command):
            await self.desired.change(device.centre, _wait_s(request))
            wanted = self._wanted(device)
        if not _is_newer(wanted, version, command):
            return Answer(None, 304, {"ETag": f'"{version}.{command}"'})
        return await self._newer(device, wanted, version, command)

    def _wanted(self, device: Device) -> Wanted:
        return Wanted() if self.signer is None else self.desired.of(device.centre)

    async def _newer(self, device: Device, wanted: Wanted, version: int, command: int) -> Answer:
        assert self.signer is not None  # without it nothing is wanted
        document, newest = None, wanted.version
        if wanted.version > version:
            newest, document = await self.desired.document(self.signer, device.centre, device.centre_code)
        commands: tuple[bytes, ...] = ()
        if wanted.command > command:
            commands = await self.desired.commands(self.signer, device.centre, device.centre_code, command)
        desired = Desired(version=newest, document=document, commands=commands)
        return Answer(desired, 200, {"ETag": f'"{newest}.{max(command, wanted.command)}"'})

    async def _take_report(self, request: Request) -> Answer:
        device, body = await self._signed(request)
        try:
            report = _report.decode(body)
        except _WRONG as error:
            raise errors.malformed(str(error)) from error
        if report.centre != device.centre_code:
            raise errors.another_centre()
        now_ms = self.clock.now_ms()
        try:
            digest = await self.database.write(lambda tx: store_report(tx, device.centre, report, now_ms))
        except WrongReport as error:
            raise errors.malformed(f"own: {error}") from error
        return Answer(Reported(own_sha256=digest))

    async def _take_result(self, request: Request) -> Answer:
        device, body = await self._signed(request)
        try:
            result = _result.decode(body)
        except _WRONG as error:
            raise errors.malformed(str(error)) from error
        now_ms = self.clock.now_ms()
        if not await self.database.write(lambda tx: store_result(tx, device.centre, result, now_ms)):
            raise errors.malformed(f"there is no command {result.number}")
        return Answer(Done())

    async def _signed(self, request: Request) -> tuple[Device, bytes]:
        device = await device_of(request, self.devices, self.clock.now_ms())
        body = await read_body(request, _MAX_BODY)
        check_signature(request, device, body)
        return device, unpacked(body, request.headers.get("content-encoding", ""))


def _is_newer(wanted: Wanted, version: int, command: int) -> bool:
    return wanted.version > version or wanted.command > command


def _held(request: Request) -> tuple[int, int]:
    """What the hub has; Failure 400."""
    text = request.headers.get("if-none-match", '"0.0"')
    match = _TAG.match(text)
    if match is None:
        raise errors.malformed('if-none-match: expected "VERSION.COMMAND"')
    return int(match[1]), int(match[2])


def _wait_s(request: Request) -> float:
    match = _WAIT.search(request.headers.get("prefer", ""))
    return float(min(int(match[1]), WAIT_S)) if match else 0.0
