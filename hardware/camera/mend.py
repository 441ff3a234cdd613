"""What helps a decoder with a picture that it could not read: undo the blur, turn upright, threshold locally. Pure.

The steps and their order were chosen by measuring on rendered frames (``tests/bench``): undoing a little defocus and
movement before thresholding reads half of what the decoder alone cannot, and being upright helps at any tilt.
"""

from collections.abc import Iterator

import cv2
import numpy as np
import numpy.typing as npt

from hardware.camera.patch import Gray, Patch

_Kernel = npt.NDArray[np.float32]

_UPRIGHT_PX = 760  #: about 12 px a module of the largest card code; more costs time and reads no better
_WINDOW = 41  #: of the threshold: wide enough to hold light and dark modules, narrow enough for a glare's edge
_BORDER = 12
#: Standard deviation of defocus in px, and the share of noise to reckon with: more is gentler.
_STILL = ((1.5, 0.1), (1.5, 0.03), (0.0, 0.0), (1.1, 0.2))
#: Share of the estimated movement, and of noise.
_MOVED = ((1.0, 0.01), (0.75, 0.03), (1.12, 0.03), (0.9, 0.01), (0.6, 0.1), (1.25, 0.02))
_MOVED_DEFOCUS_PX = 0.8


def mended(patch: Patch) -> Iterator[Gray]:
    """Black and white pictures of the patch, the likeliest to be read first."""
    for kernel, noise in _kernels(patch):
        crop = patch.crop if kernel is None else undo_blur(patch.crop, kernel, noise)
        yield black_and_white(upright(crop, patch.tilt_deg))


def _kernels(patch: Patch) -> Iterator[tuple[_Kernel | None, float]]:
    if patch.moved_px:
        defocus = _defocus(_MOVED_DEFOCUS_PX)
        for share, noise in _MOVED:
            stroke = cv2.filter2D(movement(patch.moved_px * share, patch.moved_rad), -1, defocus)
            yield np.asarray(stroke, np.float32), noise
    for defocus_px, noise in _STILL:
        yield (_defocus(defocus_px) if defocus_px else None), noise


def upright(crop: Gray, tilt_deg: float) -> Gray:
    """Turned so that the code's edges are upright, and enlarged."""
    height, width = crop.shape
    scale = float(np.clip(_UPRIGHT_PX / max(height, width), 0.5, 2.0))
    cosine, sine = abs(np.cos(np.deg2rad(tilt_deg))), abs(np.sin(np.deg2rad(tilt_deg)))
    wide = int((width * cosine + height * sine) * scale) + 4
    high = int((height * cosine + width * sine) * scale) + 4
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), tilt_deg, scale)
    turn[:, 2] += (wide - width) / 2, (high - height) / 2
    return np.asarray(
        cv2.warpAffine(crop, turn, (wide, high), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE), np.uint8
    )


def black_and_white(gray: Gray) -> Gray:
    """Each point against the mean around it: shade and glare change slowly, modules do not."""
    return np.asarray(
        cv2.adaptiveThreshold(gray, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, _WINDOW, 0), np.uint8
    )


def movement(length_px: float, direction_rad: float) -> _Kernel:
    """A straight stroke, drawn eight times as large for the sake of its ends; sums to one."""
    fine = 8
    side = (2 * round(length_px / 2) + 9) * fine
    half = length_px * fine / 2 * np.array([np.cos(direction_rad), np.sin(direction_rad)])
    start, end = side / 2 - half, side / 2 + half
    stroke = np.zeros((side, side), np.float32)
    cv2.line(stroke, (int(start[0]), int(start[1])), (int(end[0]), int(end[1])), 1.0, fine)
    kernel = cv2.resize(stroke, (side // fine, side // fine), interpolation=cv2.INTER_AREA)
    return np.asarray(kernel / kernel.sum(), np.float32)


def _defocus(sigma_px: float) -> _Kernel:
    row = cv2.getGaussianKernel(13, sigma_px)
    return np.asarray(row @ row.T, np.float32)


def undo_blur(crop: Gray, kernel: _Kernel, noise: float) -> Gray:
    """Wiener's filter: sharpens what the blur left and leaves alone what it wiped out, as far as ``noise`` says."""
    bordered = np.pad(crop, _BORDER, mode="edge").astype(np.float32)
    mean = float(bordered.mean())
    height, width = cv2.getOptimalDFTSize(bordered.shape[0]), cv2.getOptimalDFTSize(bordered.shape[1])
    plane, spread = np.zeros((2, height, width), np.float32)
    plane[: bordered.shape[0], : bordered.shape[1]] = bordered - mean
    spread[: kernel.shape[0], : kernel.shape[1]] = kernel
    spread = np.roll(spread, (-(kernel.shape[0] // 2), -(kernel.shape[1] // 2)), (0, 1))
    # Both kernels are the same from both ends, so their spectrum is real.
    response = cv2.dft(spread, flags=cv2.DFT_COMPLEX_OUTPUT)[..., 0]
    spectrum = cv2.dft(plane, flags=cv2.DFT_COMPLEX_OUTPUT)
    spectrum *= (response / (response * response + noise))[..., None]
    sharp = cv2.dft(spectrum, flags=cv2.DFT_INVERSE | cv2.DFT_REAL_OUTPUT | cv2.DFT_SCALE)
    inner = sharp[_BORDER : _BORDER + crop.shape[0], _BORDER : _BORDER + crop.shape[1]]
    return np.asarray(np.clip(inner + mean, 0, 255), np.uint8)
