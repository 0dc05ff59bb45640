"""Which language a client reads."""

from typing import Literal

Language = Literal["zh", "en"]
DEFAULT: Language = "zh"
MOST_RANGES = 20


def negotiate(accept_language: str | None) -> Language:
    """The best of Chinese and English by an Accept-Language header (RFC 9110, 12.5.4)."""
    ranges = [_range(part) for part in (accept_language or "").split(",")[:MOST_RANGES]]
    for name, quality in sorted(ranges, key=lambda item: -item[1]):
        if quality <= 0:
            break
        if name == "zh":
            return "zh"
        if name == "en":
            return "en"
    return DEFAULT


def _range(part: str) -> tuple[str, float]:
    tag, _, parameter = part.strip().partition(";")
    quality = parameter.strip().lower().removeprefix("q=") or "1"
    try:
        return tag.strip().lower().partition("-")[0], float(quality)
    except ValueError:
        return "", 0.0
