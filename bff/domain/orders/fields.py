"""Types of the fields of a record. A type's description says what would be right."""

from datetime import UTC, datetime
from functools import cache
from typing import Annotated

from babel import Locale
from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field

MAX_MINOR = 2**31 - 1
# No control characters and no line separators; something besides spaces.
TEXT = r"^[^\p{Cc}\p{Zl}\p{Zp}]*[^\p{Cc}\s][^\p{Cc}\p{Zl}\p{Zp}]*$"
NUMBER = "1 to 64 letters, digits, dots, underscores or hyphens"
MOMENT = "a moment with its zone, such as 2011-03-01T09:30:00+08:00, from 2000 to 2099"


def text_up_to(max_characters: int) -> str:
    """The description of a text."""
    return f"1 to {max_characters} characters, not only spaces, no control characters"


@cache
def _currencies() -> frozenset[str]:
    return frozenset(Locale("en").currencies)


def _known_currency(code: str) -> str:
    if code not in _currencies():
        raise ValueError(code)
    return code


def _moment(value: object) -> object:
    """Pydantic alone would take "1300000000" for a moment."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value


Number = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,64}$", description=NUMBER)]
Code = Annotated[str, Field(max_length=64, pattern=TEXT, description=text_up_to(64))]
Name = Annotated[str, Field(max_length=80, pattern=TEXT, description=text_up_to(80))]
Phone = Annotated[str, Field(max_length=32, pattern=TEXT, description=text_up_to(32))]
Title = Annotated[str, Field(max_length=200, pattern=TEXT, description=text_up_to(200))]
Minor = Annotated[
    int,
    Field(ge=0, le=MAX_MINOR, description=f"minor units, a whole number from 0 to {MAX_MINOR:,}"),
]
Currency = Annotated[
    str, AfterValidator(_known_currency), Field(description="an ISO 4217 code, such as CNY")
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
