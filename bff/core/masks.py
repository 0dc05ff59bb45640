"""What logs may say of people: shoppers by a pseudonym, and nothing else that is personal.

Found in any text: phone, card and identity card numbers, mail addresses, Chinese postal
addresses, tokens, secrets, and what stands under a personal key. A name is known by its key alone.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Any

from phonenumbers import Leniency, PhoneNumberMatcher

from bff.core import ids
from bff.core.phones import REGION

PURPOSE = b"express-return-bff: pseudonyms of shoppers"
PSEUDONYM_BYTES = 8
PERSONAL_KEYS = (
    "authorization",
    "courier_name",
    "courier_phone",
    "courierName",
    "courierPhone",
    "nickname",
    "password",
    "phone",
    "pickup_code",
    "pickupCode",
    "recipient",
    "refusal_note",
    "secret",
    "street",
    "token",
)
MASKED = "[masked]"
_keys = "|".join(PERSONAL_KEYS)
# `{'phone': '…'}`, `phone='…'`, `"phone": "…"`, also within a JSON string, and `phone=…`
KEYED = re.compile(
    rf"""(?P<key>\b(?:{_keys})\\*["']?\s*[:=]\s*)(?:"""
    r"""(?P<quote>["'])(?:\\.|(?!(?P=quote)).){0,500}(?P=quote)"""
    r"""|(?P<escaped>\\+["']).{0,500}?(?P=escaped)"""
    r"""|[^\s,;)}\]"'\\]+)""",
    re.IGNORECASE | re.DOTALL,
)
SHOPPER = re.compile(rf"\b{ids.SHOPPER}_[\w-]+")
CARD = re.compile(r"(?<![\w.-])\d(?:[ -]?\d){11,17}\d(?![\w-])")
_place = r"[一-鿿]{1,12}(?:省|自治区|市|区|县|镇|乡|街道)"
PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\bBearer\s+[^\s,;\"']+", re.IGNORECASE), "Bearer [token]"),
    (re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*"), "[token]"),
    (re.compile(r"\bwhsec_[\w+/=]+"), "[secret]"),
    (re.compile(r"\bv1a?,[\w+/=]{20,}"), "[signature]"),
    (re.compile(r"(?<=://)[^\s/@]+@"), "[password]@"),
    # What libraries quote of a value: pydantic, SQLAlchemy, PostgreSQL
    (re.compile(r"input_value=.*?(?=, input_type=)", re.DOTALL), f"input_value={MASKED}"),
    (re.compile(r"\[parameters: .*?\](?=\n|$)", re.DOTALL), f"[parameters: {MASKED}]"),
    (re.compile(r"(?<=\)=\().*?(?=\) )"), MASKED),
    (re.compile(r"(?<=row contains \().*?(?=\)\.?(?:\n|$))", re.DOTALL), MASKED),
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "[mail]"),
    (re.compile(r"(?<![\w.])\d{17}[\dXx](?!\w)"), "[identity card]"),
    (re.compile(rf"{_place}(?:{_place})*[^\s,，;；。\"']{{2,60}}"), "[address]"),
)


class Masker:
    """Pseudonyms need the secret: nobody else can find whose they are."""

    def __init__(self, secret: str) -> None:
        self._key = hmac.digest(secret.encode(), PURPOSE, hashlib.sha256)

    def pseudonym(self, shopper_id: str) -> str:
        """The same for a shopper in every log of every process with this secret."""
        digest = hmac.digest(self._key, shopper_id.encode(), hashlib.sha256)
        return f"shopper-{digest[:PSEUDONYM_BYTES].hex()}"

    def text(self, text: str) -> str:
        for pattern, mask in PATTERNS:
            text = pattern.sub(mask, text)
        text = KEYED.sub(rf"\g<key>{MASKED}", text)
        text = SHOPPER.sub(lambda found: self.pseudonym(found[0]), text)
        return CARD.sub(_card_mask, _without_phones(text))

    def value(self, value: Any) -> Any:
        """Of a log's event: texts in it masked, what is no JSON as its text."""
        match value:
            case None | bool() | int() | float():
                return value
            case str():
                return self.text(value)
            case Mapping():
                return {
                    str(key): MASKED if key in PERSONAL_KEYS else self.value(each)
                    for key, each in value.items()
                }
            case list() | tuple() | set() | frozenset():
                return [self.value(each) for each in value]
        return self.text(str(value))


def _card_mask(found: re.Match[str]) -> str:
    digits = [int(sign) for sign in found[0] if sign.isdigit()]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    is_card = (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0  # ISO/IEC 7812
    return "[card]" if is_card else found[0]


def _without_phones(text: str) -> str:
    """Numbers that are in use, as people write them."""
    found = [*PhoneNumberMatcher(text, REGION, leniency=Leniency.VALID)]
    for one in reversed(found):
        text = f"{text[: one.start]}[phone]{text[one.end :]}"
    return text
