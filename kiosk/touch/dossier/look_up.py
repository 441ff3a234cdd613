"""Asking how a dossier is: by the receipt's QR, by code and secret, or by card and phone. Part of the table. Pure.

1. Nobody is told whether a code exists: nothing found is one sentence, whatever was wrong.
2. The card's number is used for the one question and goes with the session.
"""

import re
from dataclasses import replace
from types import MappingProxyType
from urllib.parse import unquote

from kiosk.dossier.code import SECRET_LENGTH, read_code, read_secret
from kiosk.touch.dossier import asks
from kiosk.touch.dossier.errand import Enquiry
from kiosk.touch.dossier.events import Key, Of, Pick
from kiosk.touch.dossier.keys import press
from kiosk.touch.dossier.steps import answered, await_hub, enquiry, with_errand
from kiosk.touch.events import PrintDossierSlip, Tap
from kiosk.touch.state import Now, Paper, Screen, State
from kiosk.touch.steps import Act, Step, back, end, enter, home
from kiosk.wire.common import Text
from kiosk.wire.dossier_api import LookUpReply
from kiosk.wire.submission_api import KioskLookUp, ResultLinkAsk
from kiosk.words import time_to_wait

LONGEST_CODE = 32
PHONE_END = 4
MOST_BESIDE = 2  #: results that fit on the screen of the status; more have a screen of their own
ALL_RESULTS = ""
_APART = re.compile(r"[/?#&=;,|~\s]+")
_BAD_CODE = Text(
    vi="Mã hồ sơ giống như 000.00.01.H29-261122-0001, in trên giấy biên nhận.",
    en="A dossier code looks like 000.00.01.H29-261122-0001; it is printed on the receipt.",
)
_BAD_SECRET = Text(
    vi="Mã bảo vệ có 6 chữ và số, in dưới mã hồ sơ.",
    en="The security code has 6 letters and digits; it is printed below the dossier code.",
)
_NOTHING = Text(
    vi="Không tìm thấy hồ sơ nào khớp. Mời quý vị xem lại các mã trên giấy biên nhận, hoặc hỏi quầy hướng dẫn.",
    en="No dossier fits. Please check the codes on your receipt, or ask at the guide counter.",
)


def receipt_in(text: str) -> tuple[str, str] | None:
    """(code, secret) in the QR of a receipt: the address of the phone page, with the secret in its fragment."""
    address, _, fragment = text[:500].partition("#")
    if not fragment or not address.startswith(("http://", "https://")):
        return None
    words = [unquote(word) for word in _APART.split(f"{address}/{fragment}")]
    words += [half for word in words for half in word.rpartition(".")[::2]]
    codes = [code.text for word in words if (code := read_code(word)) is not None]
    secrets = [secret for word in words if (secret := read_secret(word)) is not None]
    return (codes[0], secrets[-1]) if codes and secrets else None


def begin(state: State, event: object, now: Now) -> Step:
    if state.catalogue is None or state.hub_lost:
        return state, ()
    return enter(state, Screen.LOOK_UP, now, errand=Enquiry(now.fresh_id)), ()


def by_receipt(state: State, receipt: tuple[str, str], now: Now) -> Step:
    """Somebody held a receipt before the reader."""
    errand = state.session.errand
    if not isinstance(errand, Enquiry):
        state, _ = begin(state, None, now)
    if not isinstance(state.session.errand, Enquiry):
        return state, ()
    state = with_errand(state, enquiry(state), code=receipt[0], secret=receipt[1], by_card=False)
    return _look_up(state, KioskLookUp(code=receipt[0], secret=receipt[1]), now)


def _look_up(state: State, message: KioskLookUp, now: Now) -> Step:
    return await_hub(state, asks.look_up(enquiry(state).id, message), now, wrong=None)


def _choose_way(state: State, event: object, now: Now) -> Step:
    assert isinstance(event, Pick)
    errand = enquiry(state)
    state = with_errand(state, errand, by_card=event.id == "card", wrong=None)
    screens = {"code": Screen.LOOK_UP_CODE}
    if state.reads_cards:
        screens |= {"receipt": Screen.LOOK_UP_SCAN, "card": Screen.CARD_NOTICE}
    if event.of is not Of.SEARCH_BY or event.id not in screens:
        return state, ()
    return enter(state, screens[event.id], now), ()


def _type_code(state: State, event: object, now: Now) -> Step:
    assert isinstance(event, Key)
    errand = enquiry(state)
    return with_errand(state, errand, code=press("code", errand.code, event.key, False, LONGEST_CODE), wrong=None), ()


def _code_done(state: State, event: object, now: Now) -> Step:
    errand = enquiry(state)
    if read_code(errand.code) is None:
        return with_errand(state, errand, wrong=_BAD_CODE), ()
    return enter(with_errand(state, errand, wrong=None), Screen.LOOK_UP_SECRET, now), ()


def _type_secret(state: State, event: object, now: Now) -> Step:
    assert isinstance(event, Key)
    errand = enquiry(state)
    typed = press("code", errand.secret, event.key, False, SECRET_LENGTH)
    return with_errand(state, errand, secret=typed, wrong=None), ()


def _secret_done(state: State, event: object, now: Now) -> Step:
    errand = enquiry(state)
    code, secret = read_code(errand.code), read_secret(errand.secret)
    if code is None or secret is None:
        return with_errand(state, errand, wrong=_BAD_SECRET), ()
    return _look_up(state, KioskLookUp(code=code.text, secret=secret), now)


def card_confirmed(state: State, now: Now) -> State:
    """The number stays here until the digits of the phone are there too."""
    card = state.session.prefill
    number = card.personal_id.digits if card else ""
    state = replace(state, session=replace(state.session, card=None, prefill=None))
    screen = Screen.LOOK_UP_PHONE if number else Screen.LOOK_UP
    return enter(with_errand(state, enquiry(state), personal_id=number, secret="", wrong=None), screen, now)


def _type_phone(state: State, event: object, now: Now) -> Step:
    assert isinstance(event, Key)
    errand = enquiry(state)
    typed = press("digits", errand.secret, event.key, False, PHONE_END)
    state = with_errand(state, errand, secret=typed, wrong=None)
    if len(typed) < PHONE_END:
        return state, ()
    state = with_errand(state, enquiry(state), secret="")
    return _look_up(state, KioskLookUp(personal_id=errand.personal_id, phone_end=typed), now)


def came(state: State, reply: LookUpReply, now: Now) -> State:
    if reply.wait_s > 0:
        left = time_to_wait(reply.wait_s)
        wait = Text(
            vi=f"Đã thử quá nhiều lần. Mời quý vị thử lại sau {left.vi}, hoặc đến quầy hướng dẫn.",
            en=f"Too many tries. Please try again in {left.en}, or ask at the guide counter.",
        )
        return answered(state, Screen.DENIED, now, wrong=wait)
    if not reply.found:
        return answered(state, Screen.DENIED, now, wrong=_NOTHING)
    found = tuple(reply.found)
    if len(found) == 1:
        return answered(state, Screen.DOSSIER, now, found=found, shown=found[0])
    return answered(state, Screen.FOUND, now, found=found)


def _pick_found(state: State, event: object, now: Now) -> Step:
    assert isinstance(event, Pick)
    errand = enquiry(state)
    one = next((each for each in errand.found if each.code == event.id), None)
    if event.of is not Of.FOUND or one is None:
        return state, ()
    return enter(with_errand(state, errand, shown=one), Screen.DOSSIER, now), ()


def _pick_result(state: State, event: object, now: Now) -> Step:
    """Only who knows the secret may take a result along."""
    assert isinstance(event, Pick)
    errand = enquiry(state)
    known = {each.paper for each in errand.shown.results} if errand.shown else set()
    if event.of is Of.RESULT and event.id == ALL_RESULTS and has_many_results(state):
        return enter(state, Screen.RESULTS, now), ()
    if event.of is not Of.RESULT or event.id not in known or not errand.secret or errand.shown is None:
        return state, ()
    message = ResultLinkAsk(code=errand.shown.code, secret=errand.secret, paper=event.id)
    return await_hub(state, asks.result_link(errand.id, message), now)


def has_many_results(state: State) -> bool:
    shown = enquiry(state).shown
    return shown is not None and bool(enquiry(state).secret) and len(shown.results) > MOST_BESIDE


def _result_back(state: State, event: object, now: Now) -> Step:
    return enter(state, Screen.RESULTS if has_many_results(state) else Screen.DOSSIER, now), ()


def _print(state: State, event: object, now: Now) -> Step:
    errand = enquiry(state)
    if errand.shown is None or (state.session.slip_asked and state.session.paper is Paper.PRINTING):
        return state, ()
    state = replace(state, session=replace(state.session, paper=Paper.PRINTING, paper_reason="", slip_asked=True))
    return state, (PrintDossierSlip(errand.shown.code, errand.shown, state.session.language),)


def _dossier_back(state: State, event: object, now: Now) -> Step:
    screen = Screen.FOUND if len(enquiry(state).found) > 1 else Screen.LOOK_UP
    return enter(state, screen, now, slip_asked=False), ()


def _done(state: State, event: object, now: Now) -> Step:
    return end(state, now), ()


PERSON: MappingProxyType[tuple[Screen, object], Act] = MappingProxyType(
    {
        (Screen.HOME, Tap.LOOK_UP): begin,
        (Screen.LOOK_UP, Pick): _choose_way,
        (Screen.LOOK_UP, Tap.BACK): home,
        (Screen.LOOK_UP_SCAN, Tap.BACK): back(Screen.LOOK_UP),
        (Screen.LOOK_UP_CODE, Key): _type_code,
        (Screen.LOOK_UP_CODE, Tap.NEXT): _code_done,
        (Screen.LOOK_UP_CODE, Tap.BACK): back(Screen.LOOK_UP),
        (Screen.LOOK_UP_SECRET, Key): _type_secret,
        (Screen.LOOK_UP_SECRET, Tap.NEXT): _secret_done,
        (Screen.LOOK_UP_SECRET, Tap.BACK): back(Screen.LOOK_UP_CODE),
        (Screen.LOOK_UP_PHONE, Key): _type_phone,
        (Screen.LOOK_UP_PHONE, Tap.BACK): back(Screen.LOOK_UP),
        (Screen.FOUND, Pick): _pick_found,
        (Screen.FOUND, Tap.BACK): back(Screen.LOOK_UP),
        (Screen.DOSSIER, Pick): _pick_result,
        (Screen.DOSSIER, Tap.PRINT): _print,
        (Screen.DOSSIER, Tap.BACK): _dossier_back,
        (Screen.DOSSIER, Tap.DONE): _done,
        (Screen.RESULTS, Pick): _pick_result,
        (Screen.RESULTS, Tap.BACK): back(Screen.DOSSIER),
        (Screen.RESULT, Tap.BACK): _result_back,
    }
)
