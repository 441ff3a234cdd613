"""A centre of three services and three counters, open around the clock, for tests of the hub."""

from pathlib import Path

from kiosk.config import HubConfig
from kiosk.config.hub import Centre, Counter, Field, Hours, PriorityGroup, Rule, Service
from kiosk.wire.common import Text


def both(words: str) -> Text:
    return Text(vi=words, en=words)


_ALWAYS, _RULE = Hours(), Rule()


def small_centre(data: Path, *, hours: Hours = _ALWAYS, rule: Rule = _RULE) -> HubConfig:
    return HubConfig(
        centre=Centre(id="phuong-thu", name=both("Phường Thử"), address=both("1 Đường Thử")),
        fields=(
            Field(id="ho-tich", name=both("Hộ tịch"), icon="baby", prefix="B"),
            Field(id="chung-thuc", name=both("Chứng thực"), icon="stamp", prefix="C"),
        ),
        services=(
            Service(id="khai-sinh", field="ho-tich", name=both("Khai sinh"), bring=(both("Giấy chứng sinh"),)),
            Service(id="ket-hon", field="ho-tich", name=both("Kết hôn")),
            Service(id="sao-y", field="chung-thuc", name=both("Sao y"), priority_question=False),
        ),
        counters=(
            Counter(id="1", name=both("Quầy 1"), fields=("ho-tich",)),
            Counter(id="2", name=both("Quầy 2"), services=("*",)),
            Counter(id="3", name=both("Quầy 3"), fields=("chung-thuc",)),
        ),
        priority_groups=(PriorityGroup(id="cao-tuoi", name=both("Từ 75 tuổi"), icon="users"),),
        data=data,
        hours=hours,
        rule=rule,
    )


def centre_toml(port: int) -> str:
    """The same centre as a configuration file."""
    return f"""
data = "data"
[centre]
id = "phuong-thu"
name = {{ vi = "Phường Thử", en = "Test Ward" }}
address = {{ vi = "1 Đường Thử", en = "1 Test Street" }}
[listen]
port = {port}
[[fields]]
id = "ho-tich"
name = {{ vi = "Hộ tịch", en = "Births" }}
icon = "baby"
prefix = "B"
[[fields]]
id = "chung-thuc"
name = {{ vi = "Chứng thực", en = "Copies" }}
icon = "stamp"
prefix = "C"
[[services]]
id = "khai-sinh"
field = "ho-tich"
name = {{ vi = "Khai sinh", en = "Birth" }}
[[services]]
id = "ket-hon"
field = "ho-tich"
name = {{ vi = "Kết hôn", en = "Marriage" }}
[[services]]
id = "sao-y"
field = "chung-thuc"
name = {{ vi = "Sao y", en = "Copy" }}
[[counters]]
id = "1"
name = {{ vi = "Quầy 1", en = "Counter 1" }}
fields = ["ho-tich"]
[[counters]]
id = "2"
name = {{ vi = "Quầy 2", en = "Counter 2" }}
services = ["*"]
[[counters]]
id = "3"
name = {{ vi = "Quầy 3", en = "Counter 3" }}
fields = ["chung-thuc"]
"""
