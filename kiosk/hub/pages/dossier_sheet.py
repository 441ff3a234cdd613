"""Draws a printed form of a dossier on A4: the national motto, what it says, two places for signatures, the QR."""

from pathlib import Path

import qrcode
from fpdf.enums import MethodReturnValue

from kiosk.hub.desk.printed import HEAD, PrintedForm, Row
from kiosk.web.a4 import A4, INNER, MARGIN, WIDTH

_HALF = INNER / 2
_QR_MM = 26.0
_LINE = 5.6  #: of 10.5 pt
_SIGN_GAP_MM, _SIGNS_MM = 25.0, 38.0  #: from the role to the name; all of it, with a name of two lines


def pdf_bytes(form: PrintedForm, assets: Path) -> bytes:
    foot = f"{form.code} · Mẫu số {form.number} · Bản in từ hệ thống, chưa có chữ ký"
    sheet = _Sheet(assets, foot, "trang {page}/{pages}")
    sheet.set_title(f"{form.title} {form.code}")
    sheet.set_lang("vi")
    sheet.head(form)
    for row in form.rows:
        sheet.row(row)
    sheet.end(form)
    return bytes(sheet.output())


_HOW = {False: "(Ký, ghi rõ họ tên)", True: "(Ký, ghi rõ họ tên, đóng dấu)"}


def _halved(title: str) -> str:
    """In two lines that are about as long as each other."""
    blanks = [place for place, letter in enumerate(title) if letter == " "]
    middle = min(blanks, key=lambda place: abs(place - len(title) / 2))
    return f"{title[:middle]}\n{title[middle + 1 :]}"


class _Sheet(A4):
    def head(self, form: PrintedForm) -> None:
        top = self.get_y()
        self._middle(MARGIN, form.office.upper(), 10, "B")
        self._middle(MARGIN, "BỘ PHẬN TIẾP NHẬN VÀ TRẢ KẾT QUẢ", 9)
        self._rule(MARGIN + _HALF / 2, 22)
        self._middle(MARGIN, f"Số: {form.reference}", 10)
        left = self.get_y()
        self.set_y(top)
        self._middle(MARGIN + _HALF, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 10, "B")
        self._middle(MARGIN + _HALF, "Độc lập - Tự do - Hạnh phúc", 10.5, "B")
        self._rule(MARGIN + _HALF * 1.5, 44)
        self._middle(MARGIN + _HALF, form.date, 10)
        self.set_y(max(left, self.get_y()) + 5)
        self._title(form)

    def _title(self, form: PrintedForm) -> None:
        top, beside = self.get_y(), _QR_MM + 4
        self._qr(form.code, WIDTH - MARGIN - _QR_MM, top)
        self.set_xy(MARGIN + beside, top + 4)
        self.ink("ink", 14, "B")
        width = INNER - 2 * beside
        title = form.title if self.get_string_width(form.title) <= width else _halved(form.title)
        self.multi_cell(width, 7, title, new_x="LMARGIN", new_y="NEXT", align="C")
        self.set_x(MARGIN + beside)
        self.ink("ink", 11.5)
        self.cell(INNER - 2 * beside, 8, f"Mã hồ sơ: {form.code}", new_x="LMARGIN", new_y="NEXT", align="C")
        self.set_y(max(self.get_y(), top + _QR_MM) + 4)
        if form.lead:
            self.paragraph(form.lead, after=2)

    def row(self, row: Row) -> None:
        """A label in bold with its text behind it, or a list below it."""
        self.ink("ink", 10.5, "B")
        self.write(_LINE, f"{row.label}: ")
        self.ink("ink", 10.5)
        self.write(_LINE, row.text)
        self.ln(_LINE)
        for item in row.items:
            self.set_x(MARGIN + 5)
            self.multi_cell(INNER - 5, _LINE, f"–  {item}", new_x="LMARGIN", new_y="NEXT", align="L")
        self.ln(1.2)

    def end(self, form: PrintedForm) -> None:
        """A signature never stands alone on a page."""
        self.ln(1)
        self.ink("ink", 10)
        closing_mm = self.multi_cell(INNER, 5.2, form.closing, dry_run=True, output=MethodReturnValue.HEIGHT)
        assert isinstance(closing_mm, float)  # as asked
        if self.get_y() + closing_mm + 5 + _SIGNS_MM > self.page_break_trigger:
            self.add_page()
        self.paragraph(form.closing, 10, after=5)
        top = self.get_y()
        for place, (role, name) in enumerate(zip(form.signs, (form.applicant, form.officer), strict=True)):
            if role:
                self.set_y(top)
                self._middle(MARGIN + place * _HALF, role, 10.5, "B")
                self._middle(MARGIN + place * _HALF, _HOW[role == HEAD], 9)
                self.set_y(top + _SIGN_GAP_MM)
                self._middle(MARGIN + place * _HALF, name, 10.5)

    def _middle(self, x: float, text: str, size: float, style: str = "") -> None:
        """Centred in half of the page, with what follows below."""
        self.ink("ink", size, style)
        self.set_x(x)
        self.multi_cell(_HALF - 4, size * 0.5, text, new_x="LMARGIN", new_y="NEXT", align="C")

    def _rule(self, middle: float, width: float) -> None:
        self.set_draw_color(*self.colours["ink"])
        self.set_line_width(0.25)
        y = self.get_y() + 0.8
        self.line(middle - 2 - width / 2, y, middle - 2 + width / 2, y)
        self.ln(2.2)

    def _qr(self, text: str, x: float, y: float) -> None:
        code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=0)
        code.add_data(text)
        matrix = code.get_matrix()
        module = _QR_MM / len(matrix)
        self.set_fill_color(0, 0, 0)
        for line, cells in enumerate(matrix):
            for column, dark in enumerate(cells):
                if dark:  # a little wider, or printers leave white hairs between modules
                    self.rect(x + column * module, y + line * module, module * 1.02, module * 1.02, style="F")
