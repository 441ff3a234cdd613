"""Where the camera's thread leaves the newest picture for the window. It is never written anywhere else."""

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
    """Safe from two threads: a reference is replaced at once. ``newest`` None: nobody is to be seen."""

    def __init__(self) -> None:
        self.newest: Seen | None = None

    def put(self, picture: CameraPicture | None) -> None:
        if picture is None:
            self.newest = None
            return
        small = picture[::_STEP, ::_STEP, ::-1]
        self.newest = Seen(small.shape[1], small.shape[0], small.tobytes())
