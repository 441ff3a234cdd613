"""Words for people in both languages, and the names of the days off that never move."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """The same words for people in Vietnamese and English."""

    vi: str
    en: str


#: Public holidays with a fixed date (Bộ luật Lao động 2019, art. 112) by (month, day). Those by the lunar calendar,
#: compensation days and local closures are set for each year in the configuration.
FIXED_HOLIDAYS: Mapping[tuple[int, int], Words] = {
    (1, 1): Words("Tết Dương lịch", "New Year's Day"),
    (4, 30): Words("Ngày Chiến thắng 30/4", "Reunification Day"),
    (5, 1): Words("Quốc tế Lao động", "Labour Day"),
    (9, 2): Words("Quốc khánh", "National Day"),
}


def time_to_wait(wait_s: int) -> Words:
    """Minutes below an hour, then hours; rounded up, so that nobody comes back too early."""
    minutes = -(-wait_s // 60)
    if minutes < 60:
        return Words(f"{minutes} phút", f"{minutes} minutes" if minutes > 1 else "1 minute")
    hours = -(-minutes // 60)
    return Words(f"{hours} giờ", f"{hours} hours" if hours > 1 else "1 hour")
