"""`bff disputes` and `bff decide`: what staff see, and what comes of what they say."""

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import asdict, replace
from sqlalchemy import insert, select
from typer.testing import Result

from bff.core.clock import SystemClock, rfc3339
from bff.db.engines import open_database
from bff.db.tables import refunds, returns
from bff.db.transaction import Tx
from bff.domain.orders.model import LineHold
from bff.domain.orders.store import hold
from bff.domain.refunds.model import AdvanceStatus, Refund
from bff.domain.returns.deadlines.backfill import arm_all
from bff.domain.returns.model import RefusedBecause, Return, ReturnStatus
from bff.services import open_services
from bff.settings import Settings
from tests.support.command_line import run_command
from tests.support.engines import database_address, database_settings
from tests.support.factories import create_order, create_shopper
from tests.support.invariants import check_invariants
from tests.support.models import RETURN

NOW = SystemClock().now()
YESTERDAY = NOW - timedelta(days=1)
DISPUTED, REFUSED = "ret_disputed", "ret_refused"


def refused(return_id: str, shopper_id: str, line: str) -> Return:
    return replace(
        RETURN,
        id=return_id,
        shopper_id=shopper_id,
        order_line_id=line,
        status=ReturnStatus.MERCHANT_REFUSED,
        opened_at=YESTERDAY,
        approved_at=YESTERDAY,
        shipped_at=YESTERDAY,
        refused_at=YESTERDAY,
        refused_because=RefusedBecause.USED_ITEM,
        refusal_note="有穿过的痕迹",
    )


async def fill(database: Path) -> None:
    """Two returns whose goods the merchant refused: the shopper objects to the first."""
    services = await open_services(Settings(**database_settings(database)))
    db, shopper = services.db, await create_shopper(services.db)
    lines = [await create_order(db, shopper, received_at=YESTERDAY) for _ in range(2)]
    known = [
        refused(name, shopper, line)
        for name, [line] in zip((DISPUTED, REFUSED), lines, strict=True)
    ]
    known[0] = replace(known[0], disputed_at=YESTERDAY)

    async def write(tx: Tx) -> None:
        for one in known:
            key, status = f"ref_{one.id}", AdvanceStatus.NONE
            refund = Refund(key, shopper, one.id, 19_900, "CNY", status, None, None)
            await tx.execute(insert(returns), asdict(one))
            await tx.execute(insert(refunds), asdict(refund))
            await hold(tx, [LineHold(shopper, one.order_line_id, 1, 19_900)])

    await db.write(write)
    await arm_all(db)
    await db.close()


@pytest.fixture
def database(db_folder: Path) -> Path:
    path = db_folder / "bff.sqlite3"
    asyncio.run(fill(path))
    return path


@pytest.fixture
def bff(database: Path) -> Callable[..., Result]:
    return partial(run_command, BFF_DATABASE=str(database))


def status(database: Path, return_id: str) -> tuple[str, str | None]:
    return asyncio.run(_status(database, return_id))


async def _status(database: Path, return_id: str) -> tuple[str, str | None]:
    db = open_database(database_address(database), SystemClock())
    query = select(returns.c.status, returns.c.close_reason).where(returns.c.id == return_id)
    async with db.read() as connection:
        row = (await connection.execute(query)).one()
    await db.close()
    return row.status, row.close_reason


async def books_hold(database: Path) -> None:
    services = await open_services(Settings(**database_settings(database)))
    await check_invariants(services.db)
    await services.db.close()


def test_only_what_is_disputed_is_shown(bff: Callable[..., Result]) -> None:
    listing = bff("disputes")
    assert listing.exit_code == 0
    for word in (DISPUTED, "linen-house", "USED_ITEM", "有穿过的痕迹", "199.00"):
        assert word in listing.stdout
    assert REFUSED not in listing.stdout


def test_programs_read_json(bff: Callable[..., Result]) -> None:
    [one] = json.loads(bff("disputes", "--json").stdout)
    decide_by = YESTERDAY + timedelta(days=7)
    assert (one["return_id"], one["since"]) == (DISPUTED, rfc3339(YESTERDAY))
    assert (one["reason"], one["decide_by"]) == ("USED_ITEM", rfc3339(decide_by))
    assert one["amount"] == {"minor": 19_900, "currency": "CNY"}


@pytest.mark.parametrize(
    ("winner", "end"),
    [("shopper", ("SUCCEEDED", None)), ("merchant", ("CLOSED", "REFUSAL_STANDS"))],
)
def test_a_decision_ends_the_return(
    bff: Callable[..., Result], database: Path, winner: str, end: tuple[str, str | None]
) -> None:
    decided = bff("decide", DISPUTED, "--for", winner)
    assert (decided.exit_code, decided.stdout) == (0, f"{DISPUTED} is decided for the {winner}\n")
    assert status(database, DISPUTED) == end
    assert bff("disputes").stdout == "Nothing waits for a decision.\n"
    asyncio.run(books_hold(database))


@pytest.mark.parametrize(
    ("return_id", "message"),
    [
        ("ret_unknown", "ret_unknown: no such return\n"),
        (REFUSED, f"{REFUSED}: the shopper has not disputed a refusal\n"),
    ],
)
def test_what_is_no_dispute_is_refused_and_changes_nothing(
    bff: Callable[..., Result], database: Path, return_id: str, message: str
) -> None:
    refusal = bff("decide", return_id, "--for", "shopper")
    assert (refusal.exit_code, refusal.stderr) == (2, message)
    assert status(database, REFUSED) == ("MERCHANT_REFUSED", None)


def test_a_decision_is_final(bff: Callable[..., Result], database: Path) -> None:
    bff("decide", DISPUTED, "--for", "merchant")
    again = bff("decide", DISPUTED, "--for", "shopper")
    assert (again.exit_code, again.stderr) == (2, f"{DISPUTED}: the return is CLOSED\n")
    assert status(database, DISPUTED) == ("CLOSED", "REFUSAL_STANDS")


def test_nobody_else_can_win(bff: Callable[..., Result]) -> None:
    refusal = bff("decide", DISPUTED, "--for", "courier")
    assert refusal.exit_code == 2
    assert "shopper" in refusal.stderr.lower()
