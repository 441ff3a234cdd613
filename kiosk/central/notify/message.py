"""The words of a notice: one short message for an SMS, a subject and a few lines elsewhere. Pure.

An SMS has 140 bytes: 160 letters of the GSM alphabet (3GPP TS 23.038, 6.2.1), where those of the extension table count
twice, or 70 of UCS-2 as soon as one letter is outside it; every Vietnamese accent is. So it goes without accents unless
the channel wants them, and names are shortened until all of it fits: the number, the wait and the link never are.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.clock import day_of, local
from kiosk.config.warning import Channel, NoticeKind
from kiosk.web.i18n import Language, Words
from kiosk.wire.common import Text

GSM_LETTERS = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENSION = frozenset("^{}\\[~]|€")
GSM_MOST, UCS2_MOST = 160, 70
_SHORTEST = 6  #: a name that is cut further says nothing
#: What every centre is called by; what tells it from the others comes after.
_EVERY_CENTRE = re.compile(
    r"^(trung tâm phục vụ hành chính công|(trung tâm|tt) pvhcc|public service centre)[ ,]+", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What there is to say. ``service`` is empty for a centre that is silent; ``since_ms``: when it was last heard."""

    kind: NoticeKind
    centre: Text
    service: Text
    people: int
    longest_min: int
    since_ms: int
    now_ms: int
    link: str
    was_silent: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """``title`` is empty where there is no place for one."""

    title: str
    body: str


def compose(facts: Facts, channel: Channel, words: Mapping[Language, Words]) -> Message:
    t = words[channel.language]
    if channel.sms:
        return Message("", short_message(facts, t, accents=channel.accents))
    values = _values(facts, t)
    lines = [t(f"notice.{_key(facts)}_body", **values)]
    if facts.link:
        lines.append(t("notice.link", link=facts.link))
    return Message(t(f"notice.{_key(facts)}_title", **values), "\n\n".join(lines))


def short_message(facts: Facts, t: Words, *, accents: bool) -> str:
    """At most one SMS. The link is left out where even the shortest names leave no place for it."""
    values = _values(facts, t)
    for link in dict.fromkeys((facts.link, "")):
        for most in range(60, _SHORTEST - 1, -1):
            names = {"centre": _own_name(t.say(facts.centre), most), "service": _cut(t.say(facts.service), most)}
            text = t(f"sms.{_key(facts)}", **(values | names)) + (f" {t('sms.link', link=link)}" if link else "")
            text = text if accents else plain(text)
            if fits(text):
                return text
    raise ValueError(f"no text of {_key(facts)} fits in one short message")


def plain(text: str) -> str:
    """Without accents, in the GSM alphabet; what has no letter there becomes a question mark."""
    bare = "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))
    bare = bare.translate(str.maketrans("đĐ–—’“”…", 'dD--\'"".'))
    return "".join(sign if sign in GSM_LETTERS or sign in GSM_EXTENSION else "?" for sign in bare)


def fits(text: str) -> bool:
    """In one short message."""
    if all(sign in GSM_LETTERS or sign in GSM_EXTENSION for sign in text):
        return len(text) + sum(sign in GSM_EXTENSION for sign in text) <= GSM_MOST
    return len(text.encode("utf-16-be")) // 2 <= UCS2_MOST


def service_words(service: str) -> Text:
    """ "chung-thuc": "chung thuc", where nothing better is known."""
    spaced = service.replace("-", " ")
    return Text(vi=spaced, en=spaced)


def _key(facts: Facts) -> str:
    return "heard" if facts.was_silent and facts.kind == "recovered" else facts.kind


def _values(facts: Facts, t: Words) -> dict[str, object]:
    return {
        "centre": t.say(facts.centre),
        "service": t.say(facts.service),
        "n": facts.people,
        "minutes": facts.longest_min,
        "since": _moment(facts.since_ms, facts.now_ms),
    }


def _moment(ms: int, now_ms: int) -> str:
    return local(ms).strftime("%H:%M" if day_of(ms) == day_of(now_ms) else "%H:%M %d/%m")


def _own_name(name: str, most: int) -> str:
    """Of a centre: its end is what tells it from the others."""
    own = _EVERY_CENTRE.sub("", name)
    own = own[:1].upper() + own[1:]
    return own if len(own) <= most else "." + own[1 - most :]


def _cut(name: str, most: int) -> str:
    """At a word if one ends in the second half."""
    if len(name) <= most:
        return name
    head, space, _ = name[: most - 1].rpartition(" ")
    return (head if space and len(head) >= most // 2 else name[: most - 1]) + "."
