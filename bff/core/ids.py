"""Identifiers: a prefix that names the kind, then what makes it unique.

Things that come from outside keep their own number (`ord_536527`); things that
are made here get a moment and randomness, so that new rows land side by side.
"""

import os
import secrets
import socket
from collections.abc import Callable, Iterator
from datetime import datetime

NewId = Callable[[str, datetime], str]

SHOPPER, MERCHANT, ADDRESS = "sho", "mer", "adr"
ORDER, ORDER_LINE = "ord", "oli"
RETURN, REFUND, PICKUP, PAYMENT = "ret", "ref", "pic", "pay"
PHOTO = "pho"

NO_SHOPPER = ""  # whose that is which belongs to none: what places a row is never NULL

DIGITS, BATCH = 12, 256
MAX_HOST_CHARACTERS = 40


def _random_digits() -> Iterator[str]:
    """The system takes as long to give random bytes for one as for hundreds."""
    while True:
        digits = secrets.token_hex(DIGITS * BATCH // 2)
        yield from [digits[at : at + DIGITS] for at in range(0, len(digits), DIGITS)]


_random = _random_digits()


def new_id(prefix: str, now: datetime) -> str:
    milliseconds = int(now.timestamp() * 1000)
    return f"{prefix}_{milliseconds:011x}{next(_random)}"


def first_id(prefix: str, moment: datetime) -> str:
    """Not above any id that is made at the moment or later, and above all that were made before."""
    return f"{prefix}_{int(moment.timestamp() * 1000):011x}"


def external_id(prefix: str, number: str) -> str:
    """Of what has a number of its own outside."""
    return f"{prefix}_{number}"


def kind_of(identifier: str) -> str:
    """The prefix."""
    return identifier.partition("_")[0]


def worker_name() -> str:
    """Of what takes work for itself: no other has it. It begins with its host and process."""
    host = socket.gethostname()[:MAX_HOST_CHARACTERS]
    return f"{host}-{os.getpid()}-{secrets.token_hex(4)}"
