"""Between the camera's thread and the window: the newest picture, when the window has time for one. Kept nowhere else.

The window asks and the camera's next picture answers, so pictures that nobody draws cost nothing.
"""

from dataclasses import dataclass
from typing import Any, Protocol

#: Of the rows and columns, every other is enough for the eye and costs a quarter to draw.
_STEP = 2


class CameraPicture(Protocol):
    """Rows x columns x blue green red, one byte each."""

    def __getitem__(self, key: Any) -> Any: ...


@dataclass(frozen=True, slots=True, repr=False)
class Seen:
    """A picture for the window; ``rgb`` row by row from the top."""

    width: int
    height: int
    rgb: bytes


class Viewfinder:
    """Safe from two threads: references are replaced at once. ``newest`` None: nobody is to be seen."""

    def __init__(self) -> None:
        self.newest: Seen | None = None
        self._wanted = False

    def ask(self) -> None:
        self._wanted = True

    def put(self, picture: CameraPicture | None) -> None:
        if picture is None:
            self.newest = None
        elif self._wanted:
            self._wanted = False
            small = picture[::_STEP, ::_STEP, ::-1]
            self.newest = Seen(small.shape[1], small.shape[0], small.tobytes())
