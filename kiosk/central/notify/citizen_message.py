"""The words of a message to a citizen: one for each channel and language. Pure.

1. Nothing personal but the dossier's code: who reads over a shoulder learns no name, no number and no reason.
2. An SMS is one SMS, without accents; the due date goes first when it does not fit, the link to stop after it.
3. A due date is told only while the office works towards it: not where the clock stands, nor when all is over.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.central.notify.message import Message, fits, plain
from kiosk.clock import local
from kiosk.dossier.status import PLAIN_WORDS, Status
from kiosk.web.i18n import Language, Words
from kiosk.wire.common import Text

PUT_OFF = "apologise"
_IS_DUE = frozenset({Status.REGISTERED, Status.ACCEPTED, Status.IN_PROGRESS})


@dataclass(frozen=True, slots=True)
class News:
    """``act``: of the change. ``due_ms`` None: no date. ``link``: by which the messages end; "" when there is none."""

    code: str
    act: str
    status: Status
    due_ms: int | None
    link: str


@dataclass(frozen=True, slots=True, repr=False)
class ToCitizen(Message):
    """``to``: a number or an address; it does not show itself."""

    to: str

    def __repr__(self) -> str:
        return "ToCitizen()"


def sms_to(number: str, news: News, words: Mapping[Language, Words], language: Language) -> ToCitizen:
    t = words[language]
    due_ms = _due_ms(news)
    due = t("citizen.sms_due", day=_day(due_ms)) if due_ms is not None else ""
    said = {"code": news.code, "status": _status(news, t)}
    forms = [("citizen.sms", due), ("citizen.sms", "")] if news.link else []
    for key, shown in (*forms, ("citizen.sms_no_link", due)):
        text = plain(t(key, **said, due=shown, link=news.link))
        if fits(text):
            return ToCitizen("", text, number)
    return ToCitizen("", plain(t("citizen.sms_no_link", **said, due="")), number)


def email_to(address: str, news: News, words: Mapping[Language, Words], language: Language) -> ToCitizen:
    t = words[language]
    said = {"code": news.code, "status": _status(news, t)}
    lines = [t("citizen.body", **said)]
    if (due_ms := _due_ms(news)) is not None:
        lines.append(t("citizen.put_off" if news.act == PUT_OFF else "citizen.due", day=_day(due_ms)))
    lines += [t("citizen.where"), t("citizen.no_answer")]
    lines += [t("citizen.stop", link=news.link)] if news.link else []
    return ToCitizen(t("citizen.title", **said), "\n\n".join(lines), address)


def _due_ms(news: News) -> int | None:
    return news.due_ms if news.act == PUT_OFF or news.status in _IS_DUE else None


def _status(news: News, t: Words) -> str:
    if news.act == PUT_OFF:
        return t("citizen.put_off_short")
    words = PLAIN_WORDS[news.status]
    said = t.say(Text(vi=words.vi, en=words.en))
    return said[:1].lower() + said[1:]


def _day(ms: int) -> str:
    return f"{local(ms):%d/%m/%Y}"
