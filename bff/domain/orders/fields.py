"""Types of the fields of a record, in the form that they are stored in (P10).

A type's description says what would be right; those that a shopper may read are messages.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field

from bff.core.areas import known_area
from bff.core.currencies import CURRENCIES
from bff.core.money import MAX_MINOR
from bff.core.phones import normal_phone, possible_phone
from bff.core.text import (
    half_width,
    has_controls,
    has_letter,
    normal_code,
    normal_lines,
    normal_text,
)
from bff.locale.messages import N_

MAX_NOTE = 1_000
NUMBER = "1 to 64 letters, digits, dots, underscores or hyphens"
MOMENT = "a moment with its zone, such as 2011-03-01T09:30:00+08:00, from 2000 to 2099"
CURRENCY = "the ISO 4217 code of money in use, such as CNY"
NOTE = "at most 1,000 characters, no control characters but new lines"
PHONE = N_("a phone number, such as 138 0013 8000")
RECIPIENT = N_("a name of 1 to 80 characters in one line, not only digits or signs")
REGION = "1 to 80 characters in one line"
PLACE = N_("province, city and district, such as 浙江省杭州市西湖区")
AREA_CODE = N_("the six digits of a county or city of China, such as 330106")
STREET = N_("2 to 200 characters in one line")


def text_up_to(max_characters: int) -> str:
    """The description of a text."""
    return f"1 to {max_characters} characters, not only spaces, no control characters"


def one_line(least: int, most: int) -> Callable[[str], str]:
    """A function that takes a text of so many characters, once it is normal, or raises
    ValueError."""

    def normal(text: str) -> str:
        line = normal_text(text)
        if not least <= len(line) <= most or has_controls(line):
            raise ValueError(text)
        return line

    return normal


def _with_letter(name: str) -> str:
    if not has_letter(name):
        raise ValueError(name)
    return name


def _known_area(code: str) -> str:
    area = known_area(code)
    if area is None:
        raise ValueError(code)
    return area


def _note(text: str) -> str:
    lines = normal_lines(text)
    if len(lines) > MAX_NOTE or has_controls(lines, allowed="\n"):
        raise ValueError(text)
    return lines


def _known_currency(code: str) -> str:
    if code not in CURRENCIES:
        raise ValueError(code)
    return code


def _moment(value: object) -> object:
    """Pydantic alone would take "1300000000" for a moment."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value


Number = Annotated[
    str,
    AfterValidator(normal_code),
    Field(pattern=r"^[A-Za-z0-9._-]{1,64}$", description=NUMBER),
]
# A merchant's own words for goods: spaces inside are part of them.
Code = Annotated[
    str,
    AfterValidator(half_width),
    AfterValidator(one_line(1, 64)),
    Field(description=text_up_to(64)),
]
Name = Annotated[str, AfterValidator(one_line(1, 80)), Field(description=text_up_to(80))]
Title = Annotated[str, AfterValidator(one_line(1, 200)), Field(description=text_up_to(200))]
Note = Annotated[str, AfterValidator(_note), Field(description=NOTE)]
Recipient = Annotated[
    str,
    AfterValidator(one_line(1, 80)),
    AfterValidator(_with_letter),
    Field(description=RECIPIENT),
]
Phone = Annotated[str, AfterValidator(normal_phone), Field(description=PHONE)]
PartnerPhone = Annotated[str, AfterValidator(possible_phone), Field(description=PHONE)]
Region = Annotated[str, AfterValidator(one_line(1, 80)), Field(description=REGION)]
AreaCode = Annotated[str, AfterValidator(_known_area), Field(description=AREA_CODE)]
Street = Annotated[str, AfterValidator(one_line(2, 200)), Field(description=STREET)]
Minor = Annotated[
    int,
    Field(ge=0, le=MAX_MINOR, description=f"minor units, a whole number from 0 to {MAX_MINOR:,}"),
]
Currency = Annotated[
    str,
    AfterValidator(_known_currency),
    Field(description=CURRENCY),
]
Quantity = Annotated[
    int, Field(ge=1, le=1_000_000, description="a whole number from 1 to 1,000,000")
]
LineNo = Annotated[
    int, Field(ge=1, le=999_999_999, description="a whole number from 1 to 999,999,999")
]
Moment = Annotated[
    AwareDatetime,
    BeforeValidator(_moment),
    Field(
        ge=datetime(2000, 1, 1, tzinfo=UTC),
        lt=datetime(2100, 1, 1, tzinfo=UTC),
        description=MOMENT,
    ),
]
Flag = Annotated[bool, Field(description="true or false")]
