"""Which language a client reads."""

import re
from typing import Literal, get_args

from bff.core.memo import memoised

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
DEFAULT = LANGUAGES[0]
MAX_RANGES = 20
KNOWN_HEADERS = 64
ANY = "*"
# Below every quality that a header can name, and yet better than what it refuses with 0.
UNNAMED = 0.0001
RANGE = re.compile(
    r"(?P<primary>\*|[a-z]{1,8})(?:[-_][a-z0-9]{1,8})*(?:[.@][a-z0-9_-]{1,16})*"
    r"(?:[ \t]*;[ \t]*q=(?P<quality>0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?))?",
    re.IGNORECASE,
)


@memoised(KNOWN_HEADERS)
def negotiate(accept_language: str | None) -> Language:
    """The best of Chinese and English by an Accept-Language header (RFC 9110, 12.5.4).

    Where it names neither, the default; of two named with one quality, the first. Systems'
    names of locales (en_US, zh_CN.UTF-8) are taken for languages too.
    """
    qualities: dict[str, float] = {}
    for part in (accept_language or "").split(",")[:MAX_RANGES]:
        if match := RANGE.fullmatch(part.strip(" \t")):
            primary, quality = match["primary"].lower(), float(match["quality"] or 1)
            qualities[primary] = max(quality, qualities.get(primary, 0))
    unnamed = qualities.get(ANY, UNNAMED)
    return max(_in_turn(list(qualities)), key=lambda language: qualities.get(language, unnamed))


def _in_turn(named: list[str]) -> list[Language]:
    """In the header's order; what only * names stands in its place, what nothing names last."""
    unnamed = named.index(ANY) if ANY in named else len(named)
    places = {each: named.index(each) if each in named else unnamed for each in LANGUAGES}
    return sorted(LANGUAGES, key=places.__getitem__)
