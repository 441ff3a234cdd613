"""Pictures to QR codes: zxing-cpp on the picture as it is, then on a mended one, then ZBar for a second opinion.

The retries are worth it only where a code may be: ``find_patch`` finds a textured patch in a millisecond and most
pictures of nothing have none. They stop when their time is up; the next picture comes in 33 ms.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import zxingcpp

from hardware.camera.mend import mended
from hardware.camera.patch import Gray, find_patch
from hardware.camera.zbar import scan_qr

#: Side of a patch times its density, in px. Rendered frames: codes that were not read at once have 148 x 0.4 and mostly
#: 250 x 0.7, desks with print and boxes at most 200 x 0.46.
_LIKELY_PX = 105


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds for the retries on one picture: where there may be a code, and where there most likely is one."""

    perhaps_s: float = 0.03
    likely_s: float = 0.5


ONE_PICTURE = Patience()
#: A stream brings another picture at once, so a better one is worth more than a longer look at this one.
STREAM = Patience(perhaps_s=0.015, likely_s=0.06)


@dataclass(frozen=True, slots=True, repr=False)
class Code:
    """The content of one QR code. It may be personal data: ``repr`` does not show it."""

    payload: bytes

    @property
    def text(self) -> str | None:
        """The payload as UTF-8, strictly; None when it is something else."""
        try:
            return self.payload.decode()
        except UnicodeDecodeError:
            return None

    def __repr__(self) -> str:
        return f"Code({len(self.payload)} bytes)"


def read_codes(gray: Gray, patience: Patience = ONE_PICTURE, now_s: Callable[[], float] = time.monotonic) -> list[Code]:
    """The codes in an 8-bit grey picture, each once; normally none or one."""
    codes = _zxing(gray)
    if codes:
        return codes
    began_s = now_s()
    patch = find_patch(gray)
    if patch is None:
        return []
    patience_s = patience.likely_s if patch.side_px * patch.dense >= _LIKELY_PX else patience.perhaps_s
    for picture in mended(patch):
        if codes := _zxing(picture, is_black_and_white=True):
            return codes
        if now_s() - began_s > patience_s:
            return []
    return [Code(payload) for payload in scan_qr(patch.crop)]


def _zxing(gray: Gray, is_black_and_white: bool = False) -> list[Code]:
    # Micro QR and rMQR have weak error correction and nobody here uses them: leaving them out prevents false finds.
    formats = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCodeModel2)
    binarizer = zxingcpp.Binarizer.FixedThreshold if is_black_and_white else zxingcpp.Binarizer.LocalAverage
    found = zxingcpp.read_barcodes(np.ascontiguousarray(gray), formats=formats, binarizer=binarizer)
    payloads = [_payload(each) for each in found if each.valid]
    return [Code(payload) for payload in dict.fromkeys(payloads)]


def _payload(found: zxingcpp.Barcode) -> bytes:
    """With an ECI the code itself names its character set (symbology identifier ]Q2, ]Q4, ]Q6)."""
    named = found.symbology_identifier in ("]Q2", "]Q4", "]Q6")
    return found.text.encode() if named else bytes(found.bytes)
