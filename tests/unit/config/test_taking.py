"""Settings are taken up whole or not at all, and those that do harm are given up, whatever happens in between."""

import errno
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from kiosk.config.kept import STANDING, Disk, KeptSettings
from kiosk.config.signed import Reason, Refused, TrustedCommand
from kiosk.config.taking import MOST_STARTS, Candidate, NothingNew, Taking
from kiosk.errors import ConfigError
from tests.fakes.clock import FakeClock
from tests.fakes.signed_settings import DAY_MS, Signer, public


def warning_of(tree: msgspec.Raw) -> int:
    """What these tests make of a tree: its minutes."""
    minutes = msgspec.json.decode(tree, type=dict[str, int])["warning_min"]
    if minutes > 100:
        raise ConfigError("`warning_min`: expected at most 100")
    return minutes


OWN = 15


class PowerCut(BaseException):
    """Nothing runs after it."""


class Failing(Disk):
    """The power goes, or the disk is full, at the step with this number."""

    def __init__(self, at: int, failure: BaseException) -> None:
        self.steps, self._at, self._failure = 0, at, failure

    def _step(self) -> None:
        self.steps += 1
        if self.steps == self._at:
            raise self._failure

    def write(self, path: Path, payload: bytes) -> None:
        try:
            self._step()
        except BaseException:
            path.write_bytes(payload[: len(payload) // 2])
            raise
        super().write(path, payload)

    def replace(self, unfinished: Path, path: Path) -> None:
        self._step()
        super().replace(unfinished, path)

    def sync(self, folder: Path) -> None:
        self._step()
        super().sync(folder)

    def remove(self, path: Path) -> None:
        self._step()
        super().remove(path)


class Machine:
    """One program on one folder, started again and again."""

    def __init__(self, folder: Path, signer: Signer, clock: FakeClock) -> None:
        self.folder, self.signer, self.clock = folder, signer, clock
        KeptSettings(folder).pin(signer.pinned())

    def start(self, disk: Disk | None = None) -> Taking[int]:
        taking = Taking(KeptSettings(self.folder, disk), self.clock, OWN, warning_of)
        taking.begin()
        return taking

    def take(self, taking: Taking[int], version: int, minutes: int) -> None:
        candidate = taking.consider(self.signer.document(version, {"warning_min": minutes}))
        assert isinstance(candidate, Candidate)
        assert taking.remember(candidate) is None
        taking.applied(candidate)

    def take_and_be_well(self, disk: Disk | None, version: int, minutes: int) -> Taking[int]:
        taking = self.start(disk)
        self.take(taking, version, minutes)
        taking.well()
        return taking

    def with_good(self, version: int, minutes: int) -> Taking[int]:
        return self.take_and_be_well(None, version, minutes)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def machine(tmp_path: Path, clock: FakeClock) -> Machine:
    return Machine(tmp_path / "data", Signer(clock.now_ms()), clock)


def test_without_any_document_the_machine_s_own_file_counts(machine: Machine) -> None:
    stand = machine.start().stand
    assert (stand.settings, stand.version, stand.state) == (OWN, 0, "applied")


def test_a_good_document_counts_after_a_restart_even_when_its_time_has_passed(machine: Machine) -> None:
    machine.with_good(7, 20)
    machine.clock.advance(400 * DAY_MS)
    stand = machine.start().stand
    assert (stand.settings, stand.version, stand.is_trial) == (20, 7, False)


def test_what_is_on_trial_counts_after_a_restart_and_is_given_up_when_the_program_keeps_beginning(
    machine: Machine,
) -> None:
    machine.with_good(7, 20)
    machine.take(machine.start(), 8, 30)
    for _ in range(MOST_STARTS):
        assert machine.start().stand.settings == 30
    stand = machine.start().stand
    assert (stand.settings, stand.version, stand.state, stand.reason) == (20, 7, "rolled_back", Reason.CRASHED)
    again = machine.start()
    assert again.stand.reason == Reason.CRASHED, "it is said until there is something newer"
    document = machine.signer.document(8, {"warning_min": 30})
    assert again.consider(document) == NothingNew(), "what was given up is not taken up again"


def test_being_told_to_stop_is_no_crash(machine: Machine) -> None:
    machine.take(machine.start(), 8, 30)
    for _ in range(MOST_STARTS + 2):
        taking = machine.start()
        assert taking.stand.settings == 30
        taking.clean_end()


def test_a_program_that_is_not_well_goes_back_and_stays_there(machine: Machine) -> None:
    taking = machine.with_good(7, 20)
    machine.take(taking, 8, 30)
    assert taking.roll_back(Reason.ILL, "no first screen").settings == 20
    stand = machine.start().stand
    assert (stand.settings, stand.state, stand.reason, stand.detail) == (20, "rolled_back", "ill", "no first screen")


def _refused(machine: Machine, document: bytes) -> Refused:
    """The good ones go on, and it is said why."""
    taking = machine.with_good(7, 20)
    result = taking.consider(document)
    assert isinstance(result, Refused)
    assert (taking.stand.settings, taking.stand.version) == (20, 7)
    assert (taking.stand.state, taking.stand.reason) == ("refused", result.reason)
    assert machine.start().stand.settings == 20
    return result


def test_a_broken_signature_changes_nothing(machine: Machine) -> None:
    document = machine.signer.document(8, {"warning_min": 30})
    good = msgspec.json.decode(document)
    good["settings_signature"] = good["key_signature"]
    assert _refused(machine, msgspec.json.encode(good)).reason is Reason.BROKEN_SIGNATURE


def test_an_older_version_changes_nothing(machine: Machine) -> None:
    assert _refused(machine, machine.signer.document(6, {"warning_min": 30})).reason is Reason.OLDER_VERSION


def test_a_document_past_its_time_changes_nothing(machine: Machine) -> None:
    document = machine.signer.document(8, {"warning_min": 30}, lasts_ms=1000)
    machine.clock.advance(2000)
    assert _refused(machine, document).reason is Reason.EXPIRED


def test_a_document_for_another_centre_changes_nothing(machine: Machine) -> None:
    document = machine.signer.document(8, {"warning_min": 30}, centre="elsewhere")
    assert _refused(machine, document).reason is Reason.OTHER_CENTRE


def test_an_unknown_key_changes_nothing(machine: Machine) -> None:
    document = Signer(machine.clock.now_ms()).document(8, {"warning_min": 30})
    assert _refused(machine, document).reason is Reason.UNKNOWN_KEY


def test_fifty_megabytes_change_nothing(machine: Machine) -> None:
    assert _refused(machine, b"[" * 50_000_000).reason is Reason.TOO_LARGE


def test_half_a_download_changes_nothing(machine: Machine) -> None:
    document = machine.signer.document(8, {"warning_min": 30})
    assert _refused(machine, document[: len(document) // 2]).reason is Reason.NOT_A_DOCUMENT


def test_what_makes_no_sense_changes_nothing(machine: Machine) -> None:
    refused = _refused(machine, machine.signer.document(8, {"warning_min": 101}))
    assert refused == Refused(Reason.SENSELESS, "`warning_min`: expected at most 100")


def test_a_clock_in_1970_neither_takes_up_what_has_expired_nor_refuses_what_is_good(machine: Machine) -> None:
    taking = machine.with_good(7, 20)
    old = Signer(machine.clock.now_ms() - 60 * DAY_MS, root=machine.signer.root, online=machine.signer.online).document(
        8, {"warning_min": 30}, lasts_ms=DAY_MS
    )
    machine.clock.set(1000)
    assert isinstance(taking.consider(old), Refused)
    machine.take(taking, 9, 40)


def test_a_full_disk_changes_nothing_and_the_same_document_is_taken_when_there_is_room(machine: Machine) -> None:
    machine.with_good(7, 20)
    document = machine.signer.document(8, {"warning_min": 30})
    for at in range(1, 6):
        disk = Failing(at, OSError(errno.ENOSPC, "No space left on device"))
        taking = machine.start(disk)
        candidate = taking.consider(document)
        assert isinstance(candidate, Candidate)
        refused = taking.remember(candidate)
        assert refused == Refused(Reason.NOT_SAVED, "No space left on device"), at
        assert (taking.stand.settings, taking.stand.state) == (20, "refused")
        assert taking.remember(candidate) is None
        assert machine.start().stand.settings == 30
        _forget(machine, 7, 20)


def _forget(machine: Machine, version: int, minutes: int) -> None:
    """A machine that knows nothing but that one good document."""
    for path in machine.folder.glob("settings.[!r]*"):
        path.unlink()
    machine.with_good(version, minutes)


def _cuts(machine: Machine) -> Iterator[int]:
    """Numbers of the steps from a document to its being good."""
    disk = Failing(0, PowerCut())
    machine.take_and_be_well(disk, 8, 30)
    _forget(machine, 7, 20)
    yield from range(1, disk.steps + 1)


def test_a_power_cut_at_any_step_leaves_either_the_old_or_the_new_and_never_an_older_version(machine: Machine) -> None:
    machine.with_good(7, 20)
    found = set()
    for at in _cuts(machine):
        with pytest.raises(PowerCut):
            machine.take_and_be_well(Failing(at, PowerCut()), 8, 30)
        after = machine.start()
        found.add(after.stand.settings)
        assert after.stand.settings in (20, 30), at
        assert isinstance(after.consider(machine.signer.document(6, {"warning_min": 1})), Refused), at
        if after.stand.version == 7:
            machine.take(after, 8, 30)
        after.well()
        assert machine.start().stand.settings == 30, at
        assert sorted(path.name for path in machine.folder.glob("*.json")) == ["settings.8.json"], at
        _forget(machine, 7, 20)
    assert found == {20, 30}


def test_a_power_cut_in_the_midst_of_giving_up_leads_to_the_good_ones_too(machine: Machine) -> None:
    for at in range(1, 5):
        machine.take(machine.with_good(7, 20), 8, 30)
        taking = machine.start(Failing(at + 3, PowerCut()))
        with pytest.raises(PowerCut):
            taking.roll_back(Reason.ILL, "")
        for _ in range(MOST_STARTS + 1):
            after = machine.start()
        assert (after.stand.settings, after.stand.state) == (20, "rolled_back"), at
        for path in machine.folder.glob("settings.[!r]*"):
            path.unlink()


@pytest.mark.parametrize("broken", [b"", b"\0" * 200, b"x" * 10_000], ids=["empty", "zeroes", "long"])
def test_a_broken_state_file_is_made_anew_from_the_documents(machine: Machine, broken: bytes) -> None:
    machine.with_good(7, 20)
    (machine.folder / STANDING).write_bytes(broken)
    taking = machine.start()
    assert (taking.stand.settings, taking.stand.version) == (20, 7)
    assert isinstance(taking.consider(machine.signer.document(6, {"warning_min": 1})), Refused)


def test_of_two_documents_without_a_state_the_older_one_was_good(machine: Machine) -> None:
    machine.take(machine.with_good(7, 20), 8, 30)
    (machine.folder / STANDING).write_bytes(b"\0")
    assert machine.start().stand.settings == 20


def test_a_kept_document_that_was_changed_on_the_disk_is_left_out_and_fetched_again(machine: Machine) -> None:
    machine.with_good(7, 20)
    path = machine.folder / "settings.7.json"
    path.write_bytes(path.read_bytes()[:-40])
    taking = machine.start()
    assert (taking.stand.settings, taking.stand.version, taking.stand.reason) == (OWN, 0, Reason.KEPT_BROKEN)
    machine.take(taking, 7, 20)


def test_a_root_that_was_replaced_signs_nothing_any_more_but_what_it_signed_before_still_counts(
    machine: Machine,
) -> None:
    taking = machine.with_good(7, 20)
    old, new = machine.signer, Signer(machine.clock.now_ms(), key_number=2)
    old.next_roots = (public(new.root),)
    machine.take(taking, 8, 30)
    taking.well()
    assert machine.start().stand.settings == 30
    assert isinstance(taking.consider(old.document(9, {"warning_min": 40})), Refused)
    assert isinstance(taking.consider(new.document(9, {"warning_min": 40})), Candidate)


def test_nobody_is_trusted_before_the_first_contact_and_nobody_else_after_it(tmp_path: Path, clock: FakeClock) -> None:
    signer, other = Signer(clock.now_ms()), Signer(clock.now_ms())
    taking = Taking(KeptSettings(tmp_path / "data"), clock, OWN, warning_of)
    taking.begin()
    refused = taking.consider(signer.document(1, {"warning_min": 20}))
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.NO_ROOT
    taking.pin(signer.pinned())
    taking.pin(other.pinned())
    assert isinstance(taking.consider(signer.document(1, {"warning_min": 20})), Candidate)
    assert isinstance(taking.consider(other.document(1, {"warning_min": 20})), Refused)


def test_a_command_is_carried_out_once_and_not_after_a_restart_either(machine: Machine) -> None:
    command = machine.signer.command(5, "test_print", "kiosk-1")
    assert isinstance(machine.start().take_command(command), TrustedCommand)
    again = machine.start().take_command(command)
    assert isinstance(again, Refused)
    assert again.reason is Reason.DONE_BEFORE


def test_a_command_whose_number_cannot_be_noted_is_not_carried_out(machine: Machine) -> None:
    machine.start()
    taking = machine.start(Failing(1, OSError(errno.ENOSPC, "No space left on device")))
    refused = taking.take_command(machine.signer.command(5, "test_print", "kiosk-1"))
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.NOT_SAVED
