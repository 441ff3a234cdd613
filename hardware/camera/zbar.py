"""ZBar, by another way to codes than zxing-cpp's, in its binary mode.

Without that mode ZBar guesses a character set: of short Vietnamese texts it returned four in ten as Chinese or
Japanese (mchehab/zbar#212). pyzbar knows the library's functions, but its ``decode`` offers no way to set the mode.
"""

from ctypes import c_char_p, c_void_p, cast, string_at

from pyzbar import wrapper

from hardware.camera.patch import Gray

_CFG_BINARY = 4  # zbar.h, since 0.23.1
_Y800 = int.from_bytes(b"Y800", "little")
_QR = int(wrapper.ZBarSymbol.QRCODE)


def scan_qr(gray: Gray) -> list[bytes]:
    """The contents of the QR codes in an 8-bit grey picture, as they are."""
    scanner = wrapper.zbar_image_scanner_create()
    image = wrapper.zbar_image_create()
    try:
        wrapper.zbar_image_scanner_set_config(scanner, 0, wrapper.ZBarConfig.CFG_ENABLE, 0)
        wrapper.zbar_image_scanner_set_config(scanner, _QR, wrapper.ZBarConfig.CFG_ENABLE, 1)
        wrapper.zbar_image_scanner_set_config(scanner, _QR, _CFG_BINARY, 1)
        pixels = gray.tobytes()
        wrapper.zbar_image_set_format(image, _Y800)
        wrapper.zbar_image_set_size(image, gray.shape[1], gray.shape[0])
        wrapper.zbar_image_set_data(image, cast(c_char_p(pixels), c_void_p), len(pixels), None)
        wrapper.zbar_scan_image(scanner, image)
        return list(dict.fromkeys(_contents(image)))
    finally:
        wrapper.zbar_image_destroy(image)
        wrapper.zbar_image_scanner_destroy(scanner)


def _contents(image: object) -> list[bytes]:
    contents = []
    symbol = wrapper.zbar_image_first_symbol(image)
    while symbol:
        size = wrapper.zbar_symbol_get_data_length(symbol)
        contents.append(string_at(wrapper.zbar_symbol_get_data(symbol), size))
        symbol = wrapper.zbar_symbol_next(symbol)
    return contents
