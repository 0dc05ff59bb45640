"""The program as the lives see it: its services on a database, and what lies in that afterwards."""

import sqlite3
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from bff.core.refusal import Refusal
from bff.db import idempotency
from bff.db.database import Tx
from bff.pickups.service import PickupWish
from bff.policy.model import Policy
from bff.policy.reading import read_policies
from bff.returns import journey, service
from bff.returns.model import WaybillSource
from bff.returns.store import returns_by_id
from bff.settings import PACKAGED_POLICY
from tests.books import COUNTS_SQL
from tests.factories import Goods, create_order, create_shopper
from tests.properties.given import (
    COMPANY,
    LINES,
    NUMBERS,
    PLACES,
    QUANTITIES,
    WINDOWS,
    Act,
    Bought,
)
from tests.properties.lives import DONE, NOTHING
from tests.world import START, World

LEVELS = {"keen": 4, "new": 2}
A_DAY = timedelta(days=1)
# In the order in which rows may go
ERASE = """
  BEGIN IMMEDIATE;
  DELETE FROM ledger_entries; DELETE FROM refunds; DELETE FROM pickups; DELETE FROM returns;
  DELETE FROM slots; DELETE FROM events; DELETE FROM outbox; DELETE FROM idempotency;
  DELETE FROM addresses WHERE owner_id = 'platform';
  COMMIT;"""
RETURNS = """
  SELECT r.id, r.order_line_id, r.quantity, f.amount_minor, r.advance_at_waybill, r.status,
         f.advance, f.refunded_at IS NOT NULL, r.waybill_number, r.waybill_by
  FROM returns r JOIN refunds f ON f.return_id = r.id ORDER BY r.rowid"""
PICKUPS = """
  SELECT id, return_id, slot_key, shopper_pays_minor, fee_status, status
  FROM pickups ORDER BY rowid"""
EVENTS = "SELECT topic, kind FROM events ORDER BY id"
LETTERS = "SELECT subject_id, message FROM outbox ORDER BY id"
BALANCES = "SELECT account, sum(amount_minor) FROM ledger_entries GROUP BY account"

Answer = dict[str, Any]
Effect = Callable[[Tx], Awaitable[Answer]]
Report = Callable[[Tx], Awaitable[bool]]


def tight_policy() -> Policy:
    """As packaged, with few places for pickups."""
    policy = read_policies(PACKAGED_POLICY)[-1]
    pickup = policy.pickup.model_copy(update={"capacity": PLACES})
    return policy.model_copy(update={"pickup": pickup})


class Program:
    """`reader` sees what is committed, over a connection of its own; `eraser` begins anew."""

    def __init__(
        self, world: World, reader: sqlite3.Connection, eraser: sqlite3.Connection
    ) -> None:
        self.world = world
        self._reader = reader
        self._eraser = eraser
        self._shoppers: dict[str, str] = {}
        self._lines: list[str] = []

    async def settle_in(self) -> None:
        for name, level in LEVELS.items():
            self._shoppers[name] = await create_shopper(self.world.db, level=level)
        for line in LINES:
            self._lines.append(await self._buy(line))

    async def _buy(self, line: Bought) -> str:
        goods = Goods(line.category, line.quantity, line.paid_minor)
        [line_id] = await create_order(
            self.world.db,
            self._shoppers[line.by],
            [goods],
            received_at=START - A_DAY,
            merchant=line.merchant,
            files_address=line.express,
        )
        return line_id

    def start_anew(self) -> None:
        """As if nothing had been returned yet."""
        self.world.clock.at = START
        self._eraser.executescript(ERASE)

    @property
    def version(self) -> int:
        """Another number once anything at all is written by others."""
        found: int = self._reader.execute("PRAGMA data_version").fetchone()[0]
        return found

    @property
    def broken_laws(self) -> int:
        """How much there is in the books that must not be."""
        return sum(self._reader.execute(COUNTS_SQL).fetchone())

    def _ids(self, table: str) -> list[str]:
        return [row[0] for row in self._reader.execute(f"SELECT id FROM {table} ORDER BY rowid")]

    def state(self) -> dict[str, Any]:
        """In the model's words: things by their number, in the order in which they came."""
        returns = self._reader.execute(RETURNS).fetchall()
        pickups = self._reader.execute(PICKUPS).fetchall()
        number = {row[0]: index for rows in (returns, pickups) for index, row in enumerate(rows)}
        lines = {line: index for index, line in enumerate(self._lines)}
        return {
            "returns": [(lines[row[1]], *row[2:]) for row in returns],
            "pickups": [(number[row[1]], *row[2:]) for row in pickups],
            "told": [(number[topic], kind) for topic, kind in self._reader.execute(EVENTS)],
            "letters": [(what, number[whom]) for whom, what in self._reader.execute(LETTERS)],
            "balances": {self._name(row[0]): row[1] for row in self._reader.execute(BALANCES)},
        }

    def _name(self, account: str) -> str:
        names = {f"shopper:{known}": name for name, known in self._shoppers.items()}
        merchants = {f"merchant:mer_{line.merchant}": line.merchant for line in LINES}
        return (names | merchants | {"platform:advances": "platform"})[account]

    def _id(self, table: str, target: int | None) -> str:
        return "unknown" if target is None else self._ids(table)[target]

    async def ask(self, act: Act, key: str) -> tuple[str, Answer | None]:
        """What a shopper does: the outcome, and the answer that is kept under the key."""
        effect: Effect = getattr(self, act.what)(act)
        shopper = self._shoppers[act.by]
        request = idempotency.Request(shopper, key, act.what, vars(act))
        try:
            answer, replayed = await self.world.db.write(
                lambda tx: idempotency.once(tx, request, lambda: effect(tx))
            )
        except Refusal as refusal:
            return type(refusal).__name__, None
        return "replayed" if replayed else DONE, answer

    def opens(self, act: Act) -> Effect:
        line, window = self._lines[act.target or 0], WINDOWS[act.option % 6]
        wish = PickupWish(window.key) if window else None
        tap = service.OneTap(line, QUANTITIES[act.option // 6 % 5], wish)

        async def effect(tx: Tx) -> Answer:
            tapped = await service.one_tap(tx, self.world.book, self._shoppers[act.by], tap)
            return {"return_id": tapped.return_id}

        return effect

    def books(self, act: Act) -> Effect:
        window, return_id = WINDOWS[act.option % 6], self._id("returns", act.target)
        wish = PickupWish(window.key if window else None)

        async def effect(tx: Tx) -> Answer:
            by = self._shoppers[act.by]
            pickup = await service.book_pickup(tx, self.world.book, by, return_id, wish)
            return {"pickup_id": pickup.id}

        return effect

    def calls_off(self, act: Act) -> Effect:
        pickup_id = self._id("pickups", act.target)

        async def effect(tx: Tx) -> Answer:
            await service.cancel_pickup(tx, self._shoppers[act.by], pickup_id)
            return {"pickup_id": pickup_id}

        return effect

    def cancels(self, act: Act) -> Effect:
        return_id = self._id("returns", act.target)

        async def effect(tx: Tx) -> Answer:
            await service.cancel_return(tx, self._shoppers[act.by], return_id)
            return {"return_id": return_id}

        return effect

    def ships(self, act: Act) -> Effect:
        return_id, number = self._id("returns", act.target), NUMBERS[act.option % 4]

        async def effect(tx: Tx) -> Answer:
            mine = await service.own_return(tx, self._shoppers[act.by], return_id)
            source = WaybillSource.SHOPPER
            await journey.submit_waybill(tx, self.world.book, mine, COMPANY, number, source)
            return {"return_id": return_id}

        return effect

    async def report(self, act: Act) -> str:
        """What a merchant or a courier tells."""
        if act.target is None:
            return NOTHING
        report: Report = getattr(self, act.what)(act)
        try:
            changed = await self.world.db.write(report)
        except Refusal as refusal:
            return type(refusal).__name__
        return DONE if changed else NOTHING

    def approves(self, act: Act) -> Report:
        return_id = self._id("returns", act.target)
        return lambda tx: journey.merchant_approved(tx, self.world.book, return_id)

    def receives(self, act: Act) -> Report:
        return_id = self._id("returns", act.target)
        return lambda tx: journey.merchant_received(tx, return_id)

    def accepts(self, act: Act) -> Report:
        pickup_id = self._id("pickups", act.target)
        return lambda tx: journey.courier_accepted(tx, pickup_id)

    def collects(self, act: Act) -> Report:
        pickup_id = self._id("pickups", act.target)
        return lambda tx: journey.courier_collected(tx, pickup_id)

    def uploads(self, act: Act) -> Report:
        target = self.state()["pickups"][act.target][0]
        return_id, number = self._id("returns", target), NUMBERS[act.option % 4]

        async def report(tx: Tx) -> bool:
            found = (await returns_by_id(tx.connection, [return_id]))[return_id]
            source = WaybillSource.COURIER
            await journey.submit_waybill(tx, self.world.book, found, COMPANY, number, source)
            return True

        return report
