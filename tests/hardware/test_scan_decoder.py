"""The scanner's decoder: only bytes and pauses decide, and nothing that arrives breaks it."""

import itertools

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.profiles import load
from hardware.scanner.commands import Answer, answer_in, honeywell, newland, setup_frame
from hardware.scanner.decoder import Coding, Flaw, Scan, ScanDecoder, ScannerProfile, ScanResult, Unreadable

GENERIC = load("scanner-generic", ScannerProfile)
AT_ONCE = msgspec.structs.replace(GENERIC, end_gap_s=0.0)
ETX = msgspec.structs.replace(GENERIC, suffix="etx", end_gap_s=0.0)
URL = "https://centre.example/t/9f2c"


def decode(*chunks: bytes, profile: ScannerProfile = GENERIC, pause_s: float = 1.0) -> list[ScanResult]:
    """The scans of chunks that follow each other without a pause, then one of ``pause_s``."""
    decoder = ScanDecoder(profile)
    results = [result for chunk in chunks for result in decoder.feed(chunk, 0.0)]
    return results + decoder.quiet(pause_s)


def test_a_code_ends_at_its_suffix_and_a_pause() -> None:
    decoder = ScanDecoder(GENERIC)
    assert decoder.feed(URL.encode() + b"\r", 10.0) == []
    assert decoder.quiet(10.03) == []
    assert decoder.quiet(10.05) == [Scan(URL)]
    assert decoder.quiet(99.0) == []


def test_without_a_pause_set_every_suffix_ends_a_code() -> None:
    assert decode(b"one\rtwo\r", profile=AT_ONCE, pause_s=0.0) == [Scan("one"), Scan("two")]


def test_a_rare_suffix_lets_codes_hold_cr_and_lf_without_any_pause() -> None:
    assert decode(b"a\r\nb\x03c\x03", profile=ETX, pause_s=0.0) == [Scan("a\r\nb"), Scan("c")]


def test_cr_and_lf_inside_a_code_stay() -> None:
    assert decode(b"BEGIN\r\nN:Mai\rEND\r") == [Scan("BEGIN\r\nN:Mai\rEND")]


@pytest.mark.parametrize("ending", [b"\r", b"\r\n"])
@pytest.mark.parametrize("profile", [GENERIC, AT_ONCE], ids=["pause", "at once"])
def test_a_scanner_that_ends_with_cr_lf_is_understood_where_cr_is_set(ending: bytes, profile: ScannerProfile) -> None:
    assert decode(b"abc" + ending, profile=profile) == [Scan("abc")]


def test_two_codes_glued_together_are_told_apart_by_the_aim_prefix() -> None:
    assert decode(b"]Q1abc\r]Q1xyz\r") == [Scan("abc", aim="Q1"), Scan("xyz", aim="Q1")]


def test_the_aim_prefix_is_taken_off_and_names_the_kind_of_code() -> None:
    assert decode(b"]C1A-12\r") == [Scan("A-12", aim="C1")]
    assert decode(b"]Q1A\r", profile=msgspec.structs.replace(GENERIC, aim=False)) == [Scan("]Q1A")]


def test_a_prefix_of_the_profile_is_taken_off() -> None:
    assert decode(b"\x02abc\r", profile=msgspec.structs.replace(GENERIC, prefix="02")) == [Scan("abc")]


def test_half_a_code_followed_by_silence_is_reported_and_not_glued_to_the_next() -> None:
    decoder = ScanDecoder(GENERIC)
    decoder.feed(b"079203|NGUY", 0.0)
    assert decoder.quiet(0.4) == []
    assert decoder.quiet(0.6) == [Unreadable(Flaw.CUT_SHORT)]
    assert decoder.feed(b"abc\r", 5.0) + decoder.quiet(5.1) == [Scan("abc")]


@pytest.mark.parametrize("profile", [GENERIC, AT_ONCE, ETX], ids=["pause", "at once", "etx"])
def test_an_over_long_code_is_reported_once_costs_no_memory_and_the_next_one_is_read(profile: ScannerProfile) -> None:
    decoder = ScanDecoder(profile)
    end = b"\x03" if profile is ETX else b"\r"
    results: list[ScanResult] = []
    for _ in range(200):
        results += decoder.feed(b"9" * 1000, 0.0)
        assert len(decoder._held) <= profile.max_bytes + 2
    results += decoder.feed(end, 0.0) + decoder.quiet(1.0)
    assert results == [Unreadable(Flaw.TOO_LONG)]
    assert decoder.feed(b"abc" + end, 2.0) + decoder.quiet(3.0) == [Scan("abc")]


def test_a_code_of_just_the_longest_size_is_read() -> None:
    longest = "9" * GENERIC.max_bytes
    assert decode(longest.encode() + b"\r\n") == [Scan(longest)]


@pytest.mark.parametrize("byte", [b"\x00", b"\x1b", b"\x07", b"\x7f", b"\x10"])
def test_control_bytes_make_a_code_unreadable(byte: bytes) -> None:
    assert decode(b"ab" + byte + b"c\r") == [Unreadable(Flaw.CONTROL)]


def test_tab_and_the_separator_of_gs1_may_stand_in_a_code() -> None:
    assert decode(b"01\x1d21\tx\r") == [Scan("01\x1d21\tx")]


def test_an_empty_code_is_nothing() -> None:
    assert decode(b"\r\r\n\r") == []
    assert decode(b"\r\n", profile=AT_ONCE) == []


def test_text_is_read_as_utf_8_and_anything_else_is_a_flagged_guess() -> None:
    assert decode("Phan Đức Khánh\r".encode()) == [Scan("Phan Đức Khánh")]
    (guess,) = decode(b"Ph\xe1\xbf\r")
    assert isinstance(guess, Scan)
    assert guess.coding is Coding.GUESSED


def test_the_old_vietnamese_code_page_is_guessed_with_composed_letters() -> None:
    assert decode(b"Tr\xe2\xccn\r") == [Scan("Trần", Coding.GUESSED)]


def test_a_byte_lost_on_the_line_costs_one_letter_and_not_all_of_them() -> None:
    lost = "Trần Thị Mẫu".encode().replace("ị".encode(), b"\xe1\xbb")
    assert decode(lost + b"\r") == [Scan("Trần Th\ufffd Mẫu", Coding.GUESSED)]


def test_eci_marks_are_taken_off_and_doubled_backslashes_undone() -> None:
    assert decode(b"]Q2\\000026a\\\\000026\xc4\x90\r") == [Scan("a\\000026Đ", aim="Q2")]


def test_the_text_of_a_scan_does_not_stand_in_its_repr() -> None:
    assert "079" not in repr(Scan("079203001234|Mai"))


codes = st.lists(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40).filter(lambda text: text.strip()),
    max_size=5,
)


@st.composite
def cut_streams(draw: st.DrawFn) -> tuple[bytes, list[bytes]]:
    """Codes, noise and half codes in one stream of bytes, and the same stream cut into chunks anywhere."""
    pieces = [text.encode() + draw(st.sampled_from([b"\r", b"\r\n", b""])) for text in draw(codes)]
    if draw(st.booleans()):
        pieces.insert(draw(st.integers(0, len(pieces))), draw(st.binary(max_size=30)))
    if draw(st.booleans()):
        pieces = [b"]Q1" + piece for piece in pieces]
    stream = b"".join(pieces)
    cuts = sorted(draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    edges = [0, *cuts, len(stream)]
    return stream, [stream[start:end] for start, end in itertools.pairwise(edges)]


@given(cut_streams(), st.sampled_from([GENERIC, AT_ONCE, ETX]))
def test_however_the_line_cuts_the_bytes_the_scans_are_the_same(
    cut: tuple[bytes, list[bytes]], profile: ScannerProfile
) -> None:
    stream, chunks = cut
    small = msgspec.structs.replace(profile, max_bytes=64)
    assert decode(*chunks, profile=small) == decode(stream, profile=small)


@given(codes)
def test_every_code_with_an_aim_prefix_comes_out_as_it_went_in(texts: list[str]) -> None:
    stream = b"".join(b"]Q1" + text.encode() + b"\r" for text in texts)
    assert decode(stream) == [Scan(text, aim="Q1") for text in texts]


@given(st.lists(st.tuples(st.binary(max_size=80), st.floats(0, 2)), max_size=20))
def test_no_bytes_and_no_pauses_make_the_decoder_fail(arrivals: list[tuple[bytes, float]]) -> None:
    decoder, now_s = ScanDecoder(msgspec.structs.replace(GENERIC, max_bytes=32)), 0.0
    for chunk, pause_s in arrivals:
        now_s += pause_s
        assert all(isinstance(each, Scan | Unreadable) for each in decoder.quiet(now_s) + decoder.feed(chunk, now_s))
        assert (decoder.wants_s() is None) == (not decoder._held)
    decoder.quiet(now_s + 60)
    assert decoder.wants_s() is None


def test_commands_are_those_of_the_makers() -> None:
    assert honeywell("SUFBK2990D") == bytes.fromhex("16 4d 0d") + b"SUFBK2990D!"
    assert honeywell("DEFALT", stored=True).endswith(b".")
    assert newland("SCNMOD3") == b"\x7e\x010000#SCNMOD3;\x03"
    assert newland("SCNMOD3", stored=True) == b"\x7e\x010000@SCNMOD3;\x03"


@pytest.mark.parametrize(
    ("dialect", "command", "frame"),
    [
        ("hex", "16 4D", b"\x16M"),
        ("honeywell", "DEFALT", b"\x16M\rDEFALT!"),
        ("newland", "SCNMOD3", b"\x7e\x010000#SCNMOD3;\x03"),
    ],
)
def test_a_profile_writes_its_set_up_in_the_words_of_its_maker(dialect: str, command: str, frame: bytes) -> None:
    assert setup_frame(dialect, command) == frame


@pytest.mark.parametrize(
    ("reply", "answer"),
    [
        (b"SUFBK2990D\x06!", Answer.DONE),
        (b"XX\x05!", Answer.UNKNOWN),
        (b"SUF\x15!", Answer.OUT_OF_RANGE),
        (b"", Answer.NONE),
    ],
)
def test_the_answer_to_a_command_is_found_in_its_echo(reply: bytes, answer: Answer) -> None:
    assert answer_in(reply) is answer


def test_a_command_that_is_not_hex_is_refused_with_the_profile() -> None:
    with pytest.raises(msgspec.ValidationError, match="hex"):
        msgspec.convert({"kind": "scanner.serial", "title": "", "source": "", "trigger": "zz"}, ScannerProfile)
