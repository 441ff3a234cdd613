"""What a citizen is told as the reason: chosen from common ones, with what is special written beside them."""

from collections.abc import Mapping, Sequence
from typing import Annotated

import msgspec

from kiosk.wire.dossier_api import PaperInfo

Sentence = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]

#: What an officer found of a paper, as the citizen reads it.
FOUND = {
    "unreadable": "bản chụp không đọc được",
    "differs": "khác với bản chính hoặc nội dung đã khai",
    "missing": "còn thiếu",
}


class Reasons(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``assets/catalogue/reasons.toml``: for each act that needs one."""

    ask_supplement: tuple[Sentence, ...]
    refuse: tuple[Sentence, ...]
    ask_payment: tuple[Sentence, ...]
    stop: tuple[Sentence, ...]
    apologise: tuple[Sentence, ...]

    def of(self, act: str) -> tuple[str, ...]:
        """None for an act that needs no reason."""
        found: Mapping[str, tuple[str, ...]] = msgspec.structs.asdict(self)
        return found.get(act, ())


def read_reasons(content: bytes) -> Reasons:
    """Raises ValueError naming what is wrong."""
    return msgspec.toml.decode(content, type=Reasons)


def about_papers(papers: Sequence[PaperInfo]) -> tuple[str, ...]:
    """A reason for each paper with which something is wrong."""
    return tuple(
        f"{paper.name}: {FOUND[paper.verdict]}{f' ({paper.note})' if paper.note else ''}."
        for paper in papers
        if paper.verdict in FOUND
    )


def written(chosen: Sequence[str], own_words: str) -> str:
    """All reasons as one text, a line each."""
    lines = [f"– {reason}" for reason in dict.fromkeys(reason.strip() for reason in chosen) if reason]
    own = own_words.replace("\r\n", "\n").strip()
    return "\n".join([*lines, *([own] if own else [])])
