"""A QR code as the path of an SVG picture, so that a page can be printed with it. Pure."""

import qrcode


def qr_path(text: str) -> tuple[int, str]:
    """(modules along one side with the quiet zone, the dark ones as a path of unit squares)."""
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=4)
    code.add_data(text)
    matrix = code.get_matrix()
    dark = (f"M{x} {y}h1v1h-1z" for y, row in enumerate(matrix) for x, is_dark in enumerate(row) if is_dark)
    return len(matrix), "".join(dark)
