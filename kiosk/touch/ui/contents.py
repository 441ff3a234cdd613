"""What the list screens of a dossier show for a state: title, options, action. Pure: words are an argument."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from kiosk.clock import local
from kiosk.dossier.form import FormField
from kiosk.touch.dossier.errand import (
    HANDLER,
    Submission,
    agreed,
    fields_of,
    is_settled,
    is_working,
    missing_papers,
    paper_state,
    procedures_in_field,
)
from kiosk.touch.dossier.events import Of, Pick
from kiosk.touch.dossier.steps import enquiry, submission
from kiosk.touch.events import Event, Tap
from kiosk.touch.flow import Screen, State
from kiosk.touch.ui.i18n import Words, count_words, pick
from kiosk.wire.dossier_api import DossierStatus
from kiosk.wire.submission_api import PaperState, PaperWanted


@dataclass(frozen=True, slots=True, repr=False)
class Option:
    """``event`` None: it is only shown. ``ticked`` None: it has no tick."""

    test_name: str
    text: str
    event: Event | None
    hint: str = ""
    icon: str = "file-text"
    good: bool = False
    bad: bool = False
    picture: bytes = b""
    ticked: bool | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Content:
    title: str
    lead: str
    options: tuple[Option, ...] = ()
    text: str = ""
    band: str = ""
    action: str = ""
    action_tap: str = Tap.NEXT
    action_icon: str = "arrow-right"
    can_act: bool = True
    quiet: str = ""
    quiet_tap: str = Tap.CLEAR


def _fields(state: State, words: Words) -> Content:
    errand = submission(state)
    sizes = Counter(each.field for each in errand.shelf)
    options = tuple(
        Option(
            f"field:{field}",
            field,
            Pick(Of.FIELD, field),
            hint=count_words(sizes[field], words, "fields.count", "fields.count_none"),
            icon="layout-grid",
        )
        for field in fields_of(errand)
    )
    return Content(words["find.by_field_title"], words["fields.lead"], options)


def _in_field(state: State, words: Words) -> Content:
    errand = submission(state)
    options = tuple(
        Option(f"procedure:{each.code}", pick(each.name, state.session.language), Pick(Of.PROCEDURE, each.code))
        for each in procedures_in_field(errand)
    )
    return Content(words["services.title"], words["services.lead"].format(field=errand.in_field), options)


def _consents(state: State, words: Words) -> Content:
    errand, language = submission(state), state.session.language
    form = errand.form
    if form is None:
        return Content(words["consents.title"], "")
    options = tuple(
        Option(
            f"consent:{each.id}",
            pick(each.words, language),
            Pick(Of.CONSENT, each.id),
            hint=words["consents.required" if each.required else "consents.optional"],
            ticked=each.id in errand.consents,
        )
        for each in form.consents
    )
    return Content(
        words["consents.title"],
        words["consents.lead"],
        options,
        text=pick(form.notice, language),
        action=words["consents.next"],
        can_act=agreed(errand),
    )


def _papers(state: State, words: Words) -> Content:
    errand = submission(state)
    papers = errand.form.papers if errand.form else []
    missing = len(missing_papers(errand))
    return Content(
        words["papers.title"],
        words["papers.lead"],
        tuple(_paper_option(errand, each, words, state) for each in papers),
        band=words["papers.working"] if is_working(errand) else "",
        action=words["papers.next"] if not missing else count_words(missing, words, "papers.missing", "papers.next"),
        can_act=not missing,
    )


def _paper_option(errand: Submission, paper: PaperWanted, words: Words, state: State) -> Option:
    known = paper_state(errand, paper.id)
    hint = _paper_hint(paper, known, words, state)
    picture = errand.thumbnails.get((paper.id, known.pages), b"") if known else b""
    return Option(
        f"paper:{paper.id}",
        pick(paper.words, state.session.language),
        None if paper.show_only else Pick(Of.PAPER, paper.id),
        hint=hint,
        icon="eye" if paper.show_only else "circle-check" if is_settled(errand, paper) else "file-text",
        good=is_settled(errand, paper) and not paper.show_only,
        bad=known is not None and known.state == "refused",
        picture=picture,
    )


def _paper_hint(paper: PaperWanted, known: PaperState | None, words: Words, state: State) -> str:
    if paper.show_only:
        return words["papers.show_only"]
    if known is not None and known.state == "refused":
        return pick(known.words, state.session.language) if known.words else words["papers.refused"]
    if known is not None and known.state == "working":
        return words["papers.working_one"]
    if known is not None and known.way == "counter":
        return words["papers.way_counter"]
    if known is not None and known.pages:
        low = f" · {words['papers.low']}" if known.low_resolution else ""
        pages = count_words(known.pages, words, "papers.pages", "papers.none")
        return f"{words[f'papers.way_{known.way}']} · {pages}{low}"
    return words["papers.required" if paper.required else "papers.optional"]


def _paper(state: State, words: Words) -> Content:
    errand, language = submission(state), state.session.language
    paper = next((each for each in errand.form.papers if each.id == errand.paper), None) if errand.form else None
    known = paper_state(errand, errand.paper)
    ways = [("camera", "camera", state.takes_sheets), ("scanner", "scan", state.scans_sheets)]
    ways += [("phone", "smartphone", True), ("counter", "hand-helping", True)]
    options = tuple(
        Option(f"way:{way}", words[f"paper.{way}"], Pick(Of.WAY, way), hint=words[f"paper.{way}_hint"], icon=icon)
        for way, icon, is_there in ways
        if is_there
    )
    has_pages = known is not None and known.pages > 0
    refused = known.words if known is not None and known.state == "refused" else None
    band = errand.wrong or refused
    return Content(
        pick(paper.words, language) if paper else "",
        words["paper.lead_more" if has_pages else "paper.lead"],
        options,
        band=pick(band, language) if band else "",
        quiet=words["paper.clear"].format(count=known.pages) if has_pages and known else "",
    )


def _review(state: State, words: Words) -> Content:
    errand = submission(state)
    form = errand.form
    if form is None:
        return Content(words["review.title"], "")
    language = state.session.language
    answers = [
        Option(
            f"question:{each.id}",
            answer_words(each, errand.answers.get(each.id, ""), words, state),
            Pick(Of.QUESTION, each.id),
            hint=each.en if language == "en" else each.vi,
            icon="pencil",
        )
        for each in form.fields
    ]
    if len(form.handlers) > 1:
        ward = next((each.name for each in form.handlers if each.id == errand.handled_by), form.handlers[0].name)
        chosen = Pick(Of.QUESTION, HANDLER)
        answers.append(
            Option("question:handled_by", pick(ward, language), chosen, hint=words["question.handler"], icon="map-pin")
        )
    papers = tuple(_paper_option(errand, each, words, state) for each in form.papers)
    return Content(
        words["review.title"],
        words["review.lead"],
        (*answers, *papers),
        action=words["review.send"],
        action_tap=Tap.SEND,
        action_icon="send",
    )


def answer_words(field: FormField, answer: str, words: Words, state: State) -> str:
    """An answer as its question's reader sees it."""
    choice = next((each for each in field.choices if each.id == answer), None)
    if choice is not None:
        return choice.en if state.session.language == "en" else choice.vi
    return answer or words["question.left_out"]


def _ways_to_look_up(state: State, words: Words) -> Content:
    ways = [("receipt", "qr-code", state.reads_cards), ("code", "pencil", True), ("card", "id-card", state.reads_cards)]
    options = tuple(
        Option(
            f"search_by:{way}",
            words[f"look_up.{way}"],
            Pick(Of.SEARCH_BY, way),
            hint=words[f"look_up.{way}_hint"],
            icon=icon,
        )
        for way, icon, is_there in ways
        if is_there
    )
    return Content(words["look_up.title"], words["look_up.lead"], options)


def _found(state: State, words: Words) -> Content:
    language = state.session.language
    options = tuple(
        Option(
            f"found:{each.code}",
            pick(each.name, language) or each.code,
            Pick(Of.FOUND, each.code),
            hint=" · ".join(filter(None, (pick(each.words, language), _sent_on(each), each.code))),
            icon="folder",
            bad=each.late,
        )
        for each in enquiry(state).found
    )
    return Content(words["look_up.found_title"], words["look_up.found_lead"], options)


def _sent_on(status: DossierStatus) -> str:
    return f"{local(status.history[0].at_ms):%d/%m/%Y}" if status.history else ""


def _results(state: State, words: Words) -> Content:
    shown = enquiry(state).shown
    options = tuple(
        Option(f"result:{each.paper}", each.name, Pick(Of.RESULT, each.paper), icon="download", good=True)
        for each in (shown.results if shown else ())
    )
    return Content(words["dossier.results_title"], words["dossier.result_hint"], options)


CONTENTS: dict[Screen, Callable[[State, Words], Content]] = {
    Screen.FIND_FIELD: _fields,
    Screen.FIND_IN_FIELD: _in_field,
    Screen.CONSENTS: _consents,
    Screen.PAPERS: _papers,
    Screen.PAPER: _paper,
    Screen.REVIEW: _review,
    Screen.LOOK_UP: _ways_to_look_up,
    Screen.FOUND: _found,
    Screen.RESULTS: _results,
}
