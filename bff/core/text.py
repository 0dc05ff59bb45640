"""Text as people type it, made into what is stored (P10): one form for what looks alike.

Doing it twice changes nothing. Lengths are counted afterwards, in code points, as the database
counts them.
"""

import re
import unicodedata

# Unicode's Default_Ignorable_Code_Points: direction marks, zero width spaces, fillers and the like.
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]"
)
FLAG = re.compile("\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f")  # such as Scotland's
VARIANTS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
NON_JOINER, JOINER = "\u200c", "\u200d"
EMOJI_PARTS = frozenset({"So", "Sk", "Cn"})
EMOJI_BESIDES = "\ufe0f\u2194"
VIRAMA = 9
DASHES = re.compile("[\u2010-\u2015\u2212]")
SPACES = re.compile("[ \t\xa0\u1680\u2000-\u200a\u202f\u205f\u2800\u3000]+")
LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
CONTROLS = frozenset({"Cc", "Cs", "Zl", "Zp"})


def normal_text(text: str) -> str:
    """One line, composed (NFC), without invisible marks, and with single spaces inside."""
    spaced = SPACES.sub(" ", unicodedata.normalize("NFC", text))
    visible = unicodedata.normalize("NFC", _visible(spaced))
    return SPACES.sub(" ", visible.strip())


def normal_lines(text: str) -> str:
    """The same of each line. Empty lines at the beginning and the end go."""
    return "\n".join(map(normal_text, LINE_ENDS.sub("\n", text).split("\n"))).strip("\n")


def half_width(text: str) -> str:
    """In the form that a code is printed in: NFKC, and a hyphen for every dash."""
    return DASHES.sub("-", unicodedata.normalize("NFKC", text))


def normal_code(text: str) -> str:
    """Half width, without spaces and invisible marks. Upper and lower case stay."""
    joined = "".join(INVISIBLE.sub("", half_width(text)).split())
    return unicodedata.normalize("NFKC", joined)


def is_same(one: object, other: object) -> bool:
    """Whether two values are equal, or two texts that look alike: some were stored as they came."""
    if isinstance(one, str) and isinstance(other, str) and one != other:
        return normal_text(half_width(one)) == normal_text(half_width(other))
    return one == other


def has_controls(text: str, allowed: str = "") -> bool:
    """Whether there are control characters, ends of lines or halves of characters in it."""
    return any(unicodedata.category(one) in CONTROLS and one not in allowed for one in text)


def has_letter(text: str) -> bool:
    """Of any script."""
    return any(map(str.isalpha, text))


def _visible(text: str) -> str:
    if not INVISIBLE.search(text):
        return text
    flags = {at for match in FLAG.finditer(text) for at in range(*match.span())}
    kept: list[str] = []
    for at, one in enumerate(text):
        before, after = "".join(kept[-1:]), text[at + 1 : at + 2]
        if not INVISIBLE.match(one) or at in flags or _has_effect(before, one, after):
            kept.append(one)
    return "".join(kept)


def _has_effect(before: str, mark: str, after: str) -> bool:
    """Whether an invisible mark changes how its neighbours look: in emoji, and between letters of
    scripts that join (UAX 31)."""
    if VARIANTS.match(mark):
        return before.isprintable() and before.strip() != ""
    if mark not in (JOINER, NON_JOINER) or not (before and after) or INVISIBLE.match(after):
        return False
    if unicodedata.combining(before) == VIRAMA:
        return after.isalpha()
    if mark == JOINER:
        return _is_emoji(before) and _is_emoji(after)
    return unicodedata.bidirectional(before) == unicodedata.bidirectional(after) == "AL"


def _is_emoji(one: str) -> bool:
    return unicodedata.category(one) in EMOJI_PARTS or one in EMOJI_BESIDES
