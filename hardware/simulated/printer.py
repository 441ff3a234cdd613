"""A simulated ticket printer: buffer, real-time status, paper, cover, knife; renders what it printed.

Like the real ones it answers real-time commands wherever they stand in the bytes, stops the line when its buffer is
full, goes on by itself when paper is put in, and answers GS r in its turn.
"""

from collections import deque
from collections.abc import Callable
from pathlib import Path

from hardware.contracts import Paper as PaperState
from hardware.printer.profile import PrinterProfile
from hardware.simulated.paper import Interpreter, Paper, Reading, Slip

_BUFFER = 4096  #: bytes, TM-T88
_BUSY_AT, _READY_AT = 128, 256  #: free bytes at which it stops the line and lets it go on (TM-T88III manual)
ROWS_A_SECOND = 1200  #: 150 mm/s at 203 dpi
_CLEAR = (b"\x10\x05\x02", b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08", b"\x1c\xc0\x18\x10\x14\x1a")
_LONGEST = max(map(len, _CLEAR))


class SimulatedPrinter:
    """Implements ``line.SimulatedDevice``. The setters are its paper, its cover and its knife.

    ``on_slip`` is called, from the line's thread, with each piece of paper that comes out.
    """

    def __init__(
        self,
        profile: PrinterProfile,
        on_slip: Callable[[Slip], None] = lambda _: None,
        rows_a_second: float = ROWS_A_SECOND,
    ) -> None:
        self._profile, self._on_slip = profile, on_slip
        self._row_s = 1 / rows_a_second
        self._paper_state = PaperState.FULL
        self._rows_left = 0  #: until ``_act``
        self._act: Callable[[], None] | None = None
        self._cover_open = self._jammed = False
        self._buffer, self._outgoing = bytearray(), bytearray()
        self._real_time = b""  #: the beginning of what may become a real-time command
        self._holds_line = False
        self._busy_until_s = 0.0
        self._told = b""
        self.slips: deque[Slip] = deque(maxlen=32)
        self.received = 0  #: bytes since it was switched on
        self._paper = Paper(profile.width_dots)
        self._is_fragment = False  #: a part of what is under the head belongs to a ticket that was given up
        self._interpreter = Interpreter(self._paper, profile.dpi, self._print_row, self._knife, self._answer)
        self._program: Reading
        self._wanted: int  #: bytes that the interpreter waits for
        self._restart()

    # --- what people do to it

    def set_paper(self, state: PaperState) -> None:
        self._paper_state = state

    def after_rows(self, rows: int, act: Callable[[], None]) -> None:
        """``act``, e.g. the end of the paper, comes when so many more rows have been printed."""
        self._rows_left, self._act = rows, act

    def open_cover(self, is_open: bool) -> None:
        self._cover_open = is_open

    def jam(self, is_jammed: bool) -> None:
        self._jammed = is_jammed

    @property
    def unknown(self) -> list[bytes]:
        """Commands that it did not know."""
        return self._interpreter.unknown

    # --- the line

    def feed(self, payload: bytes) -> bytes:
        self.received += len(payload)
        if self._real_time or b"\x10" in payload or b"\x1c" in payload:
            for byte in payload:
                self._take(bytes([byte]))
        else:
            self._buffer += payload
        return self._said()

    def room(self) -> int:
        free = _BUFFER - len(self._buffer)
        self._holds_line = free <= (_READY_AT if self._holds_line else _BUSY_AT)
        return 0 if self._holds_line else free - _BUSY_AT + 1

    def work(self, now_s: float) -> tuple[bytes, float | None]:
        while self._can_print() and now_s >= self._busy_until_s and len(self._buffer) >= self._wanted:
            chunk = bytes(self._buffer[: self._wanted])
            del self._buffer[: self._wanted]
            self._busy_until_s = max(self._busy_until_s, now_s - 0.02)
            self._wanted = self._program.send(chunk)
        self._tell_change()
        waits = self._can_print() and len(self._buffer) >= self._wanted
        return self._said(), max(0.001, self._busy_until_s - now_s) if waits else None

    # --- inside

    def _can_print(self) -> bool:
        return not (self._cover_open or self._jammed or self._paper_state is PaperState.OUT)

    def _restart(self) -> None:
        self._buffer.clear()
        self._is_fragment = bool(self._paper.rows)
        self._program = self._interpreter.run()
        self._wanted = next(self._program)

    def _take(self, byte: bytes) -> None:
        """Real-time commands are taken out of the stream, also in the middle of a picture."""
        self._real_time += byte
        if self._obey_now(self._real_time):
            self._real_time = b""
        elif not self._may_become(self._real_time):
            self._buffer += self._real_time[:1]
            rest, self._real_time = self._real_time[1:], b""
            for each in rest:
                self._take(bytes([each]))

    def _may_become(self, begun: bytes) -> bool:
        return b"\x10\x04".startswith(begun) or any(command.startswith(begun) for command in _CLEAR)

    def _obey_now(self, command: bytes) -> bool:
        if command in _CLEAR:
            self._restart()
            return True
        if command[:2] != b"\x10\x04" or len(command) != 3:
            return False
        answer = {"epson": self._epson, "custom": self._custom, "hwasung": self._hwasung}[self._profile.status]
        self._outgoing += answer(command[2])
        return True

    def _epson(self, n: int) -> bytes:
        out, low = self._paper_state is PaperState.OUT, self._paper_state is PaperState.LOW
        bits = {
            1: 0 if self._can_print() else 0x08,
            2: 0x04 * self._cover_open + 0x20 * out + 0x40 * self._jammed,
            3: 0x08 * self._jammed,
            4: 0x0C * low + 0x6C * out,
        }
        return bytes([0x12 | bits[n]]) if n in bits else b""

    def _custom(self, n: int) -> bytes:
        out, low = self._paper_state is PaperState.OUT, self._paper_state is PaperState.LOW
        paper = 0x05 if out else 0x04 * low
        return bytes([0x10, 0x0F, paper, 0x02 * self._cover_open, 0, int(self._jammed)]) if n == 0x14 else b""

    def _hwasung(self, n: int) -> bytes:
        out, low = self._paper_state is PaperState.OUT, self._paper_state is PaperState.LOW
        bits = 0x01 * out | 0x02 * self._cover_open | 0x04 * self._jammed | 0x08 * low | 0x10 * bool(self._buffer)
        return bytes([bits]) if n == 2 else b""

    def _change_report(self) -> bytes:
        out, low = self._paper_state is PaperState.OUT, self._paper_state is PaperState.LOW
        printer = 0x10 | 0x08 * (not self._can_print()) | 0x20 * self._cover_open
        return bytes([printer, 0x08 * self._jammed, 0x03 * low | 0x0F * out, 0x0F])

    def _tell_change(self) -> None:
        report = self._change_report()
        if self._interpreter.reports and self._told != report:
            self._outgoing += report
        self._told = report

    def _answer(self, question: bytes) -> None:
        if question == b"r":
            self._outgoing.append(0x03 if self._paper_state is PaperState.LOW else 0x00)
            if self._profile.cutter == "none" and self._paper.rows:
                self._knife()  # somebody tears off what hangs out of the mouth
        elif self._interpreter.reports:
            self._outgoing += self._change_report()

    def _print_row(self, row: int) -> None:
        self._paper.rows.append(row)
        self._busy_until_s += self._row_s
        self._rows_left -= 1
        if self._act and self._rows_left <= 0:
            act, self._act = self._act, None
            act()

    def _knife(self) -> None:
        slip = self._paper.cut(complete=not self._is_fragment)
        self._is_fragment = False
        self.slips.append(slip)
        self._on_slip(slip)

    def _said(self) -> bytes:
        said = bytes(self._outgoing)
        self._outgoing.clear()
        return said


def saver(folder: Path, name: str) -> Callable[[Slip], None]:
    """Writes each slip with ink on it as ``NAME-0001.png`` …; for ``on_slip``."""
    count = 0

    def save(slip: Slip) -> None:
        nonlocal count
        if slip.has_ink:
            count += 1
            slip.image.save(folder / f"{name}-{count:04d}.png", dpi=(203, 203))

    return save
