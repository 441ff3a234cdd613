"""The national statuses and what may follow what."""

from kiosk.dossier.status import CLOCK_STANDS, ENDED, NEXT, OFFICIAL_NAMES, PLAIN_WORDS, Status, may_follow


def test_every_status_has_its_number_its_name_and_plain_words() -> None:
    assert [status.value for status in Status] == list(range(1, 11))
    assert set(OFFICIAL_NAMES) == set(PLAIN_WORDS) == set(NEXT) == set(Status)


def test_nothing_leaves_refused_stopped_and_handed_over() -> None:
    assert {Status.REFUSED, Status.STOPPED, Status.HANDED_OVER} == ENDED
    assert not any(may_follow(ended, then) for ended in ENDED for then in Status)


def test_only_a_finished_dossier_is_handed_over() -> None:
    assert [now for now in Status if may_follow(now, Status.HANDED_OVER)] == [Status.DONE]


def test_every_status_can_still_end() -> None:
    """From each one some way leads to an end."""
    for start in Status:
        seen, open_ = {start}, [start]
        while open_:
            for then in NEXT[open_.pop()] - seen:
                seen.add(then)
                open_.append(then)
        assert seen & ENDED


def test_no_status_follows_itself() -> None:
    assert not any(may_follow(status, status) for status in Status)


def test_the_clock_stands_while_the_citizen_is_asked_for_something() -> None:
    assert {Status.SUPPLEMENT_ASKED, Status.PAYMENT_ASKED} == CLOCK_STANDS
