"""Who sent a request: its device, the moment it was signed, and that nobody changed it since."""

import base64
import binascii
import hashlib

from cryptography.exceptions import InvalidSignature
from starlette.requests import Request

from kiosk.central.api import errors
from kiosk.central.devices import Device, Devices
from kiosk.wire.central_api import DEVICE, MAX_SKEW_S, SENT, SIGNATURE, signed_text

_LONGEST_INT = 15


async def device_of(request: Request, devices: Devices, now_ms: int) -> Device:
    """Who says to have sent it, and may; before the body is read. Raises Failure 401, StoreUnavailable."""
    device = await devices.find(request.headers.get(DEVICE, "")[:64])
    if device is None:
        raise errors.not_let_in("unknown_device")
    if device.is_revoked:
        raise errors.not_let_in("revoked")
    if abs(_sent_ms(request) - now_ms) > MAX_SKEW_S * 1000:
        raise errors.not_let_in("wrong_time")
    return device


def check_signature(request: Request, device: Device, body: bytes) -> None:
    """Raises Failure 401."""
    target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    digest = hashlib.sha256(body).hexdigest()
    text = signed_text(request.method, target, device.id, _sent_ms(request), digest)
    try:
        device.key.verify(base64.b64decode(request.headers.get(SIGNATURE, ""), validate=True), text)
    except (InvalidSignature, binascii.Error, ValueError) as error:
        raise errors.not_let_in("forged") from error


def _sent_ms(request: Request) -> int:
    text = request.headers.get(SENT, "")
    if not (text.isascii() and text.isdecimal() and len(text) <= _LONGEST_INT):
        raise errors.not_let_in("wrong_time")
    return int(text)
