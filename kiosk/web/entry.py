"""The pages that every process has: sign-in, sign-out, the language switch, and what is said after an error."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import parse_qs, quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from kiosk.web.i18n import as_language
from kiosk.web.kit import LANGUAGE_COOKIE, PageKit
from kiosk.web.security import error_response, with_headers
from kiosk.web.signin import Refused, RoleNeeded, SessionCookie, SignInNeeded
from kiosk.wire.common import ErrorReply, Text

MAX_FORM_BYTES = 8192
YEAR_S = 365 * 24 * 3600
SIGN_IN_FIRST = ErrorReply(
    error="sign_in_needed",
    message=Text(vi="Phiên làm việc đã hết. Hãy đăng nhập lại.", en="Your session has ended. Please sign in again."),
)
NOT_YOURS = ErrorReply(
    error="role_needed",
    message=Text(vi="Tài khoản này không có quyền làm việc đó.", en="This account may not do that."),
)


class FrontDoor(Protocol):
    """Lets people in and out: ``kiosk.web.signin.SignIn``, or what a process has instead."""

    @property
    def cookie(self) -> SessionCookie: ...

    async def sign_in(self, name: str, password: str, address: str = "") -> str | Refused:
        """A new session token, or why not."""

    async def sign_out(self, request: Request) -> None: ...

    async def is_signed_in(self, request: Request) -> bool: ...


@dataclass(frozen=True, slots=True)
class Entry:
    """``home`` is the first page after sign-in."""

    kit: PageKit
    sign_in: FrontDoor
    home: str

    def routes(self) -> list[BaseRoute]:
        return [
            self.kit.shelf.route(),
            Route("/signin", self.show_sign_in),
            Route("/signin", self.do_sign_in, methods=["POST"]),
            Route("/signout", self.do_sign_out, methods=["POST"]),
            Route("/language", self.set_language, methods=["POST"]),
        ]

    async def show_sign_in(self, request: Request) -> Response:
        if await self.sign_in.is_signed_in(request):
            return RedirectResponse(self.home, 303)
        goal = local_path(request.query_params.get("next", ""), self.home)
        return self.kit.page(request, "signin.html", goal=goal, name="", problem=None)

    async def do_sign_in(self, request: Request) -> Response:
        form = await read_form(request)
        name, goal = form.get("name", "").strip(), local_path(form.get("next", ""), self.home)
        outcome = await self.sign_in.sign_in(
            name, form.get("password", ""), request.client.host if request.client else ""
        )
        if isinstance(outcome, Refused):
            t = self.kit.words_for(request)
            problem = t("signin.wait", n=outcome.wait_s) if outcome.wait_s else t("signin.wrong")
            return self.kit.page(
                request, "signin.html", 429 if outcome.wait_s else 401, goal=goal, name=name, problem=problem
            )
        response = RedirectResponse(goal, 303)
        self.sign_in.cookie.set(request, response, outcome)
        return response

    async def do_sign_out(self, request: Request) -> Response:
        await self.sign_in.sign_out(request)
        response = RedirectResponse("/signin", 303)
        self.sign_in.cookie.clear(request, response)
        return response

    async def set_language(self, request: Request) -> Response:
        form = await read_form(request)
        response = RedirectResponse(local_path(form.get("next", ""), self.home), 303)
        language = as_language(form.get("language"))
        response.set_cookie(LANGUAGE_COOKIE, language, YEAR_S, secure=request.url.scheme == "https", samesite="strict")
        return response

    def errors(self) -> dict[type[Exception], Callable[[Request, Exception], Awaitable[Response]]]:
        """The web error table, for Starlette's ``exception_handlers``."""
        return {
            SignInNeeded: self._sign_in_first,
            RoleNeeded: self._not_yours,
            HTTPException: self._http_error,
            Exception: self._unexpected,
        }

    async def _sign_in_first(self, request: Request, _error: Exception) -> Response:
        if wants_page(request):
            return RedirectResponse(f"/signin?next={quote(request.url.path)}", 303)
        return error_response(401, SIGN_IN_FIRST)

    async def _not_yours(self, request: Request, _error: Exception) -> Response:
        return self.refuse(request, 403, NOT_YOURS)

    async def _unexpected(self, request: Request, error: Exception) -> Response:
        """Starlette answers this one outside of ``security.Guard``, and raises it again for the log."""
        answer = await self._http_error(request, error)
        answer.raw_headers = with_headers(answer.raw_headers, tls=request.url.scheme == "https")
        return answer

    async def _http_error(self, request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        key = f"error.{status}" if self.kit.words_for(request).has(f"error.{status}") else "error.other"
        text = Text(vi=self.kit.words["vi"](key), en=self.kit.words["en"](key))
        return self.refuse(request, status, ErrorReply(error=f"http_{status}", message=text))

    def refuse(self, request: Request, status: int, reply: ErrorReply) -> Response:
        """The same sentence as a page for a browser's visit, as JSON for a program."""
        if wants_page(request):
            return self.kit.sorry(request, status, self.kit.words_for(request).say(reply.message), home=self.home)
        return error_response(status, reply)


def wants_page(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/v1/")


def local_path(path: str, otherwise: str) -> str:
    """``path`` when it stays on this site, else ``otherwise``: a link must not lead signed-in people elsewhere."""
    safe = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if safe else otherwise


async def read_form(request: Request) -> dict[str, str]:
    """A small URL-encoded form. Raises HTTPException 413 when it is too large, 400 when it is not text."""
    return {name: values[-1] for name, values in (await read_fields(request, most=50)).items()}


async def read_fields(request: Request, limit: int = MAX_FORM_BYTES, most: int = 100) -> dict[str, list[str]]:
    """A URL-encoded form of at most ``most`` fields with all values of each. Raises as ``read_form``."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise HTTPException(413)
    try:
        return parse_qs(body.decode("ascii"), keep_blank_values=True, max_num_fields=most, errors="strict")
    except ValueError as error:
        raise HTTPException(400) from error
