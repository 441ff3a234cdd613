"""What systemd gives to a program of the product, so that what is measured is what runs."""

from tests.architecture.tree import ROOT


def unit_environment(unit: str) -> dict[str, str]:
    """Variables by name."""
    lines = (ROOT / f"systemd/{unit}.service").read_text(encoding="utf-8").splitlines()
    words = [word for line in lines if line.startswith("Environment=") for word in line.partition("=")[2].split()]
    return {name: value for name, _equals, value in (word.partition("=") for word in words)}
