"""The reference of settings: every setting of the schema, once, with what it takes."""

from pathlib import Path

import pytest

from kiosk.cli import main
from kiosk.config.reference import Setting, reference
from kiosk.config.settings import CentreSettings
from kiosk.web.i18n import Language, load_words
from tests.architecture.test_documents import keys

LOCALES = Path(__file__).parents[3] / "assets" / "locales"


def told(language: Language = "en") -> dict[str, Setting]:
    sections = reference(load_words(LOCALES, ("settings",))[language])
    return {each.place: each for _, settings in sections for each in settings}


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_setting_of_the_schema_is_explained(language: Language) -> None:
    """Single kiosks are told what all kiosks are told."""
    assert sorted(told(language)) == sorted(key for key in keys(CentreSettings) if not key.startswith("kiosks."))


def test_a_setting_says_what_to_write_its_limits_and_its_default() -> None:
    settings = told()
    volume = settings["kiosk.sound.volume_percent"]
    assert (volume.kind, volume.limits, volume.default) == ("a number", "0–100", "60")
    palette = settings["hall.palette"]
    assert palette.limits.startswith("blue (blue), teal")
    assert settings["services.expected_service_min"].default == "10.0"
    assert settings["services.name"].default == "must be there"
    assert settings["texts.announcement"].limits == "at most 300 letters"
    assert settings["hours.week.reception"].limits == "for example 07:30-11:30"
    assert settings["hours.week.days"].name == "Hours of the week › Days"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_terminal_explains_them_too(language: Language, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "reference", "--language", language]) == 0
    shown = capsys.readouterr().out
    assert all(place in shown for place in told(language))
