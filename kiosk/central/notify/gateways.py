"""What takes a message out of the house: Apprise for everything that it knows, ``smpp`` for SMS gateways.

Apprise's own ``smpp://`` counts a message as sent before the gateway has answered, ignores a refusal, does not encrypt
``smpps://`` and takes no sender's name: here the same URLs are spoken by ``smpp``.
"""

import logging
import re
import threading
import warnings
from collections.abc import Iterable
from typing import Protocol
from urllib.parse import unquote, urlsplit

import apprise

from kiosk.central.notify.message import Message
from kiosk.central.notify.notices import Ended, NoticeState
from kiosk.central.notify.smpp import SmppGateway, is_smpp
from kiosk.config.warning import Channel
from kiosk.errors import ConfigError

_SHORT = 4  #: a part of a URL shorter than this is no secret, and hiding it would hide words
_STEP_S = 10.0  #: for one read; the whole sending has a limit of its own
_HIDDEN = "****"


class Gateway(Protocol):
    def send(self, message: Message) -> Ended:
        """Blocks; never raises for what the other side does. ``SENT``, or ``WAITING`` with the reason."""


def open_gateways(channels: Iterable[Channel]) -> dict[str, Gateway]:
    """By the channel's name; nothing is connected yet. Raises ConfigError, without the URL."""
    _Reasons.install()
    with warnings.catch_warnings():
        # Apprise loads all of its plugins at the first use, and one of them the standard library's old imghdr.
        warnings.simplefilter("ignore", DeprecationWarning)
        apprise.Apprise.instantiate("json://localhost")
    return {channel.name: _gateway(channel) for channel in channels}


def _gateway(channel: Channel) -> Gateway:
    place = f"`notify.channels`: {channel.name}"
    return gateway_at(_url(channel, place), place)


def gateway_at(url: str, place: str) -> Gateway:
    """``place``: in the configuration, for the message. Raises ConfigError, without the URL."""
    if is_smpp(url):
        try:
            return SmppGateway.at(url)
        except ValueError as error:
            raise ConfigError(f"{place}: {error}") from None  # the cause would show the URL
    if _plugin(url) is None:
        raise ConfigError(f"{place}: the URL is not one that Apprise or SMPP understands")
    return AppriseGateway(url)


def _url(channel: Channel, place: str) -> str:
    if channel.url_file is None:
        return channel.url
    try:
        return channel.url_file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{place}: {channel.url_file} cannot be read: {type(error).__name__}") from error


def _plugin(url: str) -> apprise.NotifyBase | None:
    asset = apprise.AppriseAsset(app_id="Kiosk", app_desc="Kiosk", async_mode=False)
    plugin = apprise.Apprise.instantiate(url, asset=asset)
    if plugin is not None:
        plugin.socket_connect_timeout = plugin.socket_read_timeout = _STEP_S
    return plugin


class AppriseGateway:
    def __init__(self, url: str) -> None:
        self._url = url
        self._secrets = secrets_in(url)

    def send(self, message: Message) -> Ended:
        # One of its own for each sending: a plugin keeps what it is doing in itself.
        plugin = _plugin(self._url)
        assert plugin is not None  # tried when the channel was opened
        with _Reasons.of_this_thread() as reasons:
            sent = plugin.notify(
                body=message.body,
                title=message.title,
                notify_type=apprise.NotifyType.WARNING,
                body_format=apprise.NotifyFormat.TEXT,
            )
        if sent:
            return Ended(NoticeState.SENT)
        return Ended(NoticeState.WAITING, hide(" ".join(reasons) or "not accepted", self._secrets))


def secrets_in(url: str) -> tuple[str, ...]:
    """Everything in a URL that might be one: all but scheme, host and port, as written and as meant; longest first."""
    parts = urlsplit(url)
    user, _, _ = parts.netloc.rpartition("@")
    words = {word for text in (user, parts.path, parts.query) for word in re.split(r"[/?&=:,]", text)}
    return tuple(sorted((word for word in words | set(map(unquote, words)) if len(word) >= _SHORT), key=len)[::-1])


def hide(text: str, secrets: Iterable[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, _HIDDEN)
    return " ".join(text.split())


class _Reasons(logging.Handler):
    """What Apprise says in its log about the sending of one thread: it answers only yes or no.

    Its log goes nowhere else, because at lower levels it shows payloads and addresses; urllib3's shows addresses too.
    """

    _threads: "dict[int, list[str]]" = {}  # noqa: RUF012  one log, so one table
    _installed = threading.Lock()

    @classmethod
    def install(cls) -> None:
        log = logging.getLogger("apprise")
        with cls._installed:
            if not any(isinstance(handler, cls) for handler in log.handlers):
                log.addHandler(cls())
                log.setLevel(logging.WARNING)
                log.propagate = False
                logging.getLogger("urllib3").setLevel(logging.INFO)

    @classmethod
    def of_this_thread(cls) -> "_Listening":
        return _Listening(cls._threads)

    def emit(self, record: logging.LogRecord) -> None:
        reasons = self._threads.get(record.thread or 0)
        if reasons is not None:
            reasons.append(record.getMessage())


class _Listening:
    def __init__(self, threads: dict[int, list[str]]) -> None:
        self._threads = threads

    def __enter__(self) -> list[str]:
        reasons: list[str] = []
        self._threads[threading.get_ident()] = reasons
        return reasons

    def __exit__(self, *_raised: object) -> None:
        self._threads.pop(threading.get_ident(), None)
