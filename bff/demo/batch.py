"""The orders of the demonstration, made for the moment at which it is started."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from bff.core.clock import SHANGHAI, local_date
from bff.demo.catalogue import (
    ACCESSORIES,
    CARDS,
    ELECTRONICS,
    FRESH,
    MEN,
    MERCHANTS,
    PERSONAS,
    SHOES,
    SOCKS,
    TAILOR,
    WOMEN,
    WORN_ON_SKIN,
    Persona,
    Shelf,
)
from bff.domain.orders.records import LineRecord, OrderRecord
from bff.importer.reader import Placed, R
from bff.importer.records import CreditRecord
from bff.importer.validation import ImportBatch

FILE = "demo"
HISTORY_DAYS_AGO = (420, 350, 280, 210, 140, 70)


@dataclass(frozen=True, slots=True)
class Pick:
    """What is taken from a shelf; `turn` moves along it."""

    shelf: Shelf
    turn: int = 0
    quantity: int = 1
    freight_insured: bool = False
    no_return_confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Basket:
    """All of one merchant. `received_days_ago` None: on its way, or only paid if not `shipped`."""

    picks: tuple[Pick, ...]
    received_days_ago: int | None
    discount_minor: int = 0
    shipped: bool = True


# Returnable first: at least six lines of these can be returned with one tap from three stars on.
RECENT = (
    Basket((Pick(WOMEN, freight_insured=True), Pick(WOMEN, 1)), 1),
    Basket((Pick(MEN, quantity=3), Pick(MEN, 1)), 2, discount_minor=5_000),
    Basket((Pick(SHOES), Pick(SHOES, 1, freight_insured=True)), 3),
    Basket((Pick(ACCESSORIES), Pick(WORN_ON_SKIN, no_return_confirmed=True)), 2),
    Basket((Pick(ELECTRONICS), Pick(CARDS)), 1),
    Basket((Pick(FRESH),), 1),
    Basket((Pick(TAILOR),), 3),
    Basket((Pick(MEN, 2), Pick(MEN, 3)), 12),
    Basket((Pick(SHOES, 2),), None),
    Basket((Pick(WOMEN, 2),), None, shipped=False),
)


def make_batch(now: datetime, *, first: bool) -> ImportBatch:
    """Recent orders of every shopper; with the `first`, the months before and what came back."""
    orders: list[OrderRecord] = []
    returned: list[CreditRecord] = []
    for turn, persona in enumerate(PERSONAS):
        if first:
            orders += (history := list(_history(persona, turn, now)))
            returned += _credits(persona, history, now)
        orders += _recent(persona, turn, now)
    return ImportBatch(_placed(orders), _placed(returned), _placed(list(MERCHANTS)))


def _placed(records: list[R]) -> list[Placed[R]]:
    return [Placed(FILE, number, record) for number, record in enumerate(records, start=1)]


def _recent(persona: Persona, turn: int, now: datetime) -> Iterator[OrderRecord]:
    """Other goods each day and for each shopper."""
    turn += local_date(now).toordinal()
    for index, basket in enumerate(RECENT, start=1):
        number = f"{_prefix(persona, now)}-{index:02}"
        yield _order(persona, number, basket, turn, now)


def _history(persona: Persona, turn: int, now: datetime) -> Iterator[OrderRecord]:
    for index, days_ago in enumerate(HISTORY_DAYS_AGO, start=1):
        picks = (Pick(SOCKS, index, quantity=10), Pick(ACCESSORIES, index))
        number = f"{_prefix(persona, now)}-H{index:02}"
        yield _order(persona, number, Basket(picks, days_ago), turn, now)


def _prefix(persona: Persona, now: datetime) -> str:
    return f"D{local_date(now):%Y%m%d}-{persona.shopper_no.removeprefix('demo-')}"


def _order(persona: Persona, number: str, basket: Basket, turn: int, now: datetime) -> OrderRecord:
    paid_at, shipped_at, delivered_at = _moments(basket, now)
    lines = tuple(_line(no, pick, turn) for no, pick in enumerate(basket.picks, start=1))
    return OrderRecord(
        order_no=number,
        shopper_no=persona.shopper_no,
        merchant_no=basket.picks[0].shelf.merchant_no,
        currency="CNY",
        paid_at=paid_at,
        shipped_at=shipped_at,
        delivered_at=delivered_at,
        lines=lines,
        discount_minor=basket.discount_minor,
        nickname=persona.nickname,
        ship_to=persona.addresses[turn % len(persona.addresses)],
    )


def _line(number: int, pick: Pick, turn: int) -> LineRecord:
    good = pick.shelf.good(turn + pick.turn)
    return LineRecord(
        line_no=number,
        sku=good.sku,
        title=good.title,
        category=pick.shelf.category,
        quantity=pick.quantity,
        unit_price_minor=good.unit_price_minor,
        paid_minor=good.unit_price_minor * pick.quantity,
        freight_insured=pick.freight_insured,
        no_return_confirmed=pick.no_return_confirmed,
    )


def _moments(basket: Basket, now: datetime) -> tuple[datetime, datetime | None, datetime | None]:
    """Paid, shipped, received."""
    if basket.received_days_ago is None:
        paid_at = now - timedelta(hours=30 if basket.shipped else 3)
        return paid_at, now - timedelta(hours=8) if basket.shipped else None, None
    day = local_date(now) - timedelta(days=basket.received_days_ago)
    received_at = datetime.combine(day, time(15, 20), tzinfo=SHANGHAI)
    return received_at - timedelta(days=3), received_at - timedelta(days=2), received_at


def _credits(persona: Persona, history: list[OrderRecord], now: datetime) -> Iterator[CreditRecord]:
    """Each gives back a pack of socks."""
    for index in range(persona.credits):
        order = history[index % len(history)]
        line = order.lines[0]
        yield CreditRecord(
            credit_note=f"{_prefix(persona, now)}-C{index + 1:02}",
            shopper_no=order.shopper_no,
            sku=line.sku,
            quantity=1,
            refunded_minor=line.unit_price_minor,
            currency=order.currency,
            returned_at=now - timedelta(days=50 - index),
            order_no=order.order_no,
            line_no=line.line_no,
        )
