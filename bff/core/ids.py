"""Identifiers: a prefix that names the kind, then what makes it unique.

Things that come from outside keep their own number (`ord_536527`); things that
are made here get a moment and randomness, so that new rows land side by side.
"""

import secrets
from collections.abc import Callable, Iterator
from datetime import datetime

NewId = Callable[[str, datetime], str]

SHOPPER, MERCHANT, ADDRESS = "sho", "mer", "adr"
ORDER, ORDER_LINE = "ord", "oli"
RETURN, REFUND, PICKUP, PAYMENT = "ret", "ref", "pic", "pay"

DIGITS, AT_ONCE = 12, 256


def _drawn() -> Iterator[str]:
    """The system takes as long to draw for one as for hundreds."""
    while True:
        drawn = secrets.token_hex(DIGITS * AT_ONCE // 2)
        yield from [drawn[at : at + DIGITS] for at in range(0, len(drawn), DIGITS)]


_random = _drawn()


def new_id(prefix: str, now: datetime) -> str:
    milliseconds = int(now.timestamp() * 1000)
    return f"{prefix}_{milliseconds:011x}{next(_random)}"


def known_as(prefix: str, number: str) -> str:
    return f"{prefix}_{number}"


def kind_of(identifier: str) -> str:
    return identifier.partition("_")[0]
