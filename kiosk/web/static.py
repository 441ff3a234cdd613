"""Files that never change while the process runs: style sheets, scripts, fonts, sounds. Read once, served from memory.

An address carries the first digits of the file's SHA-256 (``/static/base.css?v=1f2e3d4c5b``), so a browser may keep it
for a year and still sees a new version at once. Only files on the shelf can be asked for: no path is ever opened.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".ttf": "font/ttf",
    ".wav": "audio/wav",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}
KEEP = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"


@dataclass(frozen=True, slots=True)
class _File:
    body: bytes
    media_type: str
    version: str


class StaticShelf:
    """All static files of one process by their name."""

    def __init__(self) -> None:
        self._files: dict[str, _File] = {}

    def put(self, name: str, body: bytes) -> None:
        self._files[name] = _File(body, TYPES[Path(name).suffix], hashlib.sha256(body).hexdigest()[:10])

    def put_folder(self, folder: Path) -> None:
        """Every file of a folder whose type pages use."""
        for file in sorted(folder.iterdir()):
            if file.suffix in TYPES:
                self.put(file.name, file.read_bytes())

    def url(self, name: str) -> str:
        """Raises KeyError for a name that is not on the shelf: a template with a wrong name fails at once."""
        return f"/static/{name}?v={self._files[name].version}"

    def route(self) -> Route:
        return Route("/static/{name}", self._serve, name="static")

    async def _serve(self, request: Request) -> Response:
        file = self._files.get(request.path_params["name"])
        if file is None:
            return Response(status_code=404)
        keep = KEEP if request.query_params.get("v") == file.version else ASK_AGAIN
        headers = {"Cache-Control": keep, "ETag": f'"{file.version}"'}
        if request.headers.get("if-none-match") == headers["ETag"]:
            return Response(status_code=304, headers=headers)
        return Response(file.body, media_type=file.media_type, headers=headers)
