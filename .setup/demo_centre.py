"""Makes assets/demo/hub.toml: the demonstration centre, from assets/catalogue/everyday.toml and the head below.

Run it after editing either: ``.venv/bin/python .setup/demo_centre.py``. A test compares the file with its sources.
"""

import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
HEAD = (ROOT / "assets/demo/centre.toml").read_text()


def text(vi: str, en: str) -> str:
    return f'{{ vi = "{vi}", en = "{en}" }}'


def field_lines(field: dict) -> list[str]:
    name = text(field["vi"], field["en"])
    return [
        "[[fields]]",
        f'id = "{field["id"]}"',
        f"name = {name}",
        f'icon = "{field["icon"]}"',
        f'prefix = "{field["prefix"]}"',
    ]


def service_lines(service: dict, field: str, bring: dict) -> list[str]:
    lines = [
        "[[services]]",
        f'id = "{service["id"]}"',
        f'field = "{field}"',
        f"name = {text(service['vi'], service['en'])}",
    ]
    lines.append(f"expected_service_min = {service['min']}")
    if "code" in service:
        lines.append(f'procedures = ["{service["code"]}"]')
    if service.get("needs_identity"):
        lines.append("needs_identity = true")
    if service["bring"]:
        lines += ["bring = [", *(f"    {text(*bring[key])}," for key in service["bring"]), "]"]
    return lines


def hub_toml() -> str:
    words = tomllib.loads((ROOT / "assets/catalogue/everyday.toml").read_text())
    blocks = [field_lines(field) for field in words["fields"]]
    blocks += [
        service_lines(each, field["id"], words["bring"]) for field in words["fields"] for each in field["services"]
    ]
    return HEAD + "\n" + "\n".join("\n".join(block) + "\n" for block in blocks)


if __name__ == "__main__":
    (ROOT / "assets/demo/hub.toml").write_text(hub_toml())
