"""Everything that the demonstration runs, started in order and stopped in the reverse order."""

import os
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from PIL import ImageGrab

from kiosk.clock import ScaledClock, SystemClock, clock_from, local, to_ms
from kiosk.demo.city import City
from kiosk.demo.devices import DemoDevices
from kiosk.demo.folder import DemoFolder, SignIn, make_folder
from kiosk.demo.hub import hub_program, start_hub
from kiosk.demo.processes import Program, kiosk_command

STAFF = (
    ("lan", "Nguyễn Thị Lan", "officer"),
    ("minh", "Trần Văn Minh", "officer"),
    ("huong", "Lê Thu Hương", "supervisor"),
)
TOUCH_START_S = 60.0
WORKING_HOURS, DAY_MS = range(9, 17), 86_400_000


@dataclass(slots=True)
class Stage:
    """``display`` is the X screen for the touch app, "" the one of the environment; ``window`` its size in pixels.

    The people are invented; their passwords are new in every demonstration.
    """

    path: Path
    display: str = ""
    window: tuple[int, int] | None = None
    folder: DemoFolder = field(init=False)
    devices: DemoDevices = field(init=False)
    hub: Program = field(init=False)
    city: City = field(init=False)
    clock: str = field(init=False, default="")  #: spec of the pretended time of all programs, "" for the real one
    touch: Program = field(init=False)
    staff: dict[str, SignIn] = field(init=False)
    hall_url: str = field(init=False)
    _open: ExitStack = field(init=False, default_factory=ExitStack)

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self._open.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    @property
    def probe(self) -> Path:
        """Where the touch app tells what it shows."""
        return self.path / "touch.probe"

    @property
    def slips_folder(self) -> Path:
        """Where each slip that comes out of the printer is kept as a picture."""
        return self.path / "slips"

    def _start(self) -> None:
        self.folder = make_folder(self.path, window=self.window)
        self.slips_folder.mkdir()
        self.devices = DemoDevices(self.folder.hub, self.folder.touch, keep=self.slips_folder)
        self._open.enter_context(self.devices)
        self.clock = by_day(SystemClock().now_ms())
        self.hub = hub_program(self.folder, self.clock)
        self._open.callback(lambda: self.hub.stop())
        start_hub(self.hub, self.folder)
        self.staff = {name: self.folder.add_staff(name, shown, role) for name, shown, role in STAFF}
        self.city = self._open.enter_context(City(self.folder, self.clock))
        self.hall_url = self.folder.new_hall_url("hall-1")
        token = self.folder.touch.token_file
        token.write_text(self.folder.new_token("kiosk", self.folder.touch.kiosk) + "\n")
        token.chmod(0o600)
        self.touch = self._touch_program()
        self._open.callback(lambda: self.touch.stop())
        self.touch.start()
        self.touch.await_true("the touch app opens its window", self.probe.exists, TOUCH_START_S)

    def hurry(self, speed: float) -> None:
        """From now on hub and central live ``speed`` times as fast; the simulated centres stop where they are."""
        clock = ScaledClock(clock_from(self.clock).now_ms(), speed).spec()
        self.hub.stop()
        self.hub = hub_program(self.folder, clock)
        start_hub(self.hub, self.folder)
        self.city.restart(clock)

    def _touch_program(self) -> Program:
        words = ["touch", "--config", str(self.folder.touch_toml), "--probe", str(self.probe)]
        words += ["--clock", self.clock] if self.clock else []
        env = {"DISPLAY": self.display} if self.display else {}
        return Program("touch", kiosk_command(*words), self.folder.log("touch"), env)


def by_day(now_ms: int) -> str:
    """The real time in working hours, "", else the ten o'clock that was last.

    A centre's day ends at midnight and its numbers with it, and who looks at night wants to see a day too.
    """
    now = local(now_ms)
    if now.hour in WORKING_HOURS:
        return ""
    morning = to_ms(now.replace(hour=10, minute=0))
    return ScaledClock(morning if morning <= now_ms else morning - DAY_MS, 1.0).spec()


def screen_size() -> tuple[int, int] | None:
    """Width and height of the X screen of this session; None when there is none."""
    if not os.environ.get("DISPLAY"):
        return None
    try:
        return ImageGrab.grab(xdisplay="").size
    except OSError:
        return None


def fit_window(width: int, height: int) -> tuple[int, int]:
    """An upright window of a kiosk's proportions that fits on a desk's screen."""
    room = int(height * 0.85)
    return min(room * 9 // 16, width), room
