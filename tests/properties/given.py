"""What the lives of returns begin with: the same for the model and for the program."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

LIMIT_MINOR = 300_000
FEE_MINOR = 1_200
PLACES = 1
COURIERS_COME = range(9, 20)
BOOKED_AHEAD = timedelta(days=3)
EIGHT_HOURS = timedelta(hours=8)

QUANTITIES = (1, None, 2, 3, 0)
COMPANY, NUMBERS = "cainiao", ("CN0000000001", "CN0000000001", "CN0000000002", "CN-1")


@dataclass(frozen=True)
class Bought:
    """A line, the same in the model and in the database."""

    by: str
    merchant: str
    category: str
    quantity: int
    paid_minor: int
    express: bool


@dataclass(frozen=True)
class Window:
    """A slot that a shopper asks for; `begins` None: what never was one.

    `soon_on`: as soon as possible, on that day in Shanghai; on any where no key is given.
    """

    key: str | None
    begins: datetime | None = None
    soon_on: str = ""


# Received on 9 March 2026 in Shanghai, so open until the end of the 16th.
TOO_LATE = datetime(2026, 3, 16, 16, tzinfo=UTC)
LINES = (
    Bought("keen", "linen-house", "womenswear", 3, 10_000, express=True),
    Bought("keen", "northwind", "shoes", 2, 500_001, express=True),
    Bought("new", "corner-shop", "electronics", 2, 999, express=False),
)
ANY_DAY = "any day"
SOON = Window(None, soon_on=ANY_DAY)
WINDOWS = (
    None,
    SOON,
    Window("asap-20260310T10", soon_on="20260310"),
    Window("20260310T13", datetime(2026, 3, 10, 5, tzinfo=UTC)),
    Window("20260314T13", datetime(2026, 3, 14, 5, tzinfo=UTC)),
    Window("20260311T10"),
)
PAYS = {"keen": 0, "new": FEE_MINOR}


@dataclass(frozen=True)
class Act:
    """A step with its target: the index of a line, a return or a pickup; None: there is none."""

    what: str
    target: int | None
    option: int
    by: str
