"""A shop with its server, its worker, and partners that do as the test says."""

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from bff.app import worker_of
from bff.domain.policy.model import Policy
from bff.jobs.worker import Worker
from tests.support.client import Client, Socket
from tests.support.database import Dump, dump
from tests.support.factories import Goods, create_order, create_shopper
from tests.support.invariants import check_invariants
from tests.support.journeys import documents as docs
from tests.support.journeys.partners import Partners, PaymentService, Webhooks, at_work
from tests.support.world import FakeClock, World, open_world, serving

DAY = timedelta(days=1)
_keys = itertools.count(1)
_numbers = itertools.count(1)


@dataclass
class Stage:
    """`pushed`: every update that a phone got, once the phone is put away."""

    world: World
    partners: Partners
    webhooks: Webhooks
    worker: Worker
    pushed: list[Any] = field(default_factory=list)

    @property
    def payments(self) -> PaymentService:
        return self.partners.payments

    async def report(self, partner: str, type: str, **data: object) -> str:  # noqa: A002
        """What became of a webhook: `DONE`, `WAITING`, or why it was refused."""
        answer = (await self.webhooks.send(partner, type, data)).json()
        if answer.get("status") == "REFUSED" or "status" not in answer:
            return f"{answer['code']}: {answer['message']}"
        return str(answer["status"])

    async def work(self) -> None:
        """Let the worker do all that is due at this moment."""
        while await self.worker.step():
            pass

    async def passes(self, **time: float) -> None:
        self.world.clock.advance(timedelta(**time))
        await self.work()

    async def tomorrow(self) -> None:
        """At ten o'clock in Shanghai."""
        now = self.world.clock.now()
        next_day = (now + timedelta(hours=22)).replace(hour=2, minute=0, second=0)
        self.world.clock.advance(next_day - now)
        await self.work()

    @asynccontextmanager
    async def shopper(self, level: int = 3, language: str = "en") -> AsyncIterator["Phone"]:
        shopper_id = await create_shopper(self.world.db, level=level)
        async with self.phone(shopper_id, language) as phone:
            yield phone

    @asynccontextmanager
    async def phone(self, shopper_id: str, language: str = "en") -> AsyncIterator["Phone"]:
        async with self.world.client(shopper_id, language) as app, app.socket() as socket:
            phone = Phone(self, shopper_id, app, socket)
            yield phone
            for return_id in phone.pushed:
                self.pushed += await phone.updates_of(return_id)


@dataclass
class Phone:
    """A shopper's app, open all the time."""

    stage: Stage
    shopper_id: str
    app: Client
    socket: Socket
    pushed: dict[str, list[Any]] = field(default_factory=dict)

    async def ask(self, document: str, **variables: Any) -> Any:
        """The value of the document's one field, under a new key."""
        variables.setdefault("key", f"key {next(_keys)}")
        [answer] = (await self.app.ask(document, **variables)).values()
        return answer

    async def buys(self, *goods: Goods, **order: Any) -> list[str]:
        """Lines that arrived yesterday."""
        db = self.stage.world.db
        order.setdefault("received_at", db.clock.now() - DAY)
        return await create_order(db, self.shopper_id, goods or (Goods(),), **order)

    async def returns(self, line: str, **wishes: Any) -> "Trip":
        """Taps, and watches from then on. Fails where the tap is refused."""
        answer = await self.ask(docs.ONE_TAP, line=line, **wishes)
        assert answer["__typename"] == "OneTapReturnSuccess", answer
        return await self.watches(answer["return"]["id"])

    async def watches(self, return_id: str) -> "Trip":
        await self.socket.subscribe(docs.WATCH, id=return_id, returnId=return_id)
        self.pushed[return_id] = []
        return Trip(self, return_id)

    async def _until(self, return_id: str, cursor: str) -> list[Any]:
        """What was pushed of a return, to the event with that cursor."""
        pushed = self.pushed[return_id]
        while not pushed or pushed[-1]["cursor"] != cursor:
            message = await self.socket.receive()
            assert message["type"] == "next", message
            self.pushed[message["id"]].append(message["payload"]["data"]["refundUpdates"])
        return pushed

    async def updates_of(self, return_id: str) -> list[Any]:
        seen = await self.ask(docs.SEEN, id=return_id)
        return await self._until(return_id, seen["updatesCursor"])


@dataclass
class Trip:
    """One return, as the shopper's app sees it."""

    phone: Phone
    id: str

    @property
    def stage(self) -> Stage:
        return self.phone.stage

    async def seen(self) -> Any:
        return await self.phone.ask(docs.SEEN, id=self.id)

    async def pickup(self) -> Any:
        return (await self.seen())["pickup"]

    async def pickup_id(self) -> str:
        return str((await self.phone.ask(docs.PICKUP, id=self.id))["pickup"]["id"])

    async def pushed(self) -> list[Any]:
        """Every update so far."""
        return await self.phone.updates_of(self.id)

    async def events(self) -> list[str]:
        """Every update so far by its kind, a missed deadline by its own."""
        return [one["deadline"] or one["event"] for one in await self.pushed()]

    async def does(self, document: str, **variables: Any) -> Any:
        """Fails where it is refused; the return as it is then."""
        answer = await self.tries(document, **variables)
        assert answer["__typename"].endswith("Success"), answer
        return answer["return"]

    async def tries(self, document: str, **variables: Any) -> Any:
        """With the return, and its newest pickup where the document takes one."""
        if "$pickup: ID!" in document:
            variables["pickup"] = await self.pickup_id()
        if "$id: ID!" in document:
            variables.setdefault("id", self.id)
        return await self.phone.ask(document, **variables)

    async def courier(self, type: str, **data: object) -> str:  # noqa: A002
        """What became of a report about the newest pickup."""
        pickup = await self.pickup_id()
        return await self.stage.report("courier", f"pickup.{type}", pickupId=pickup, **data)

    async def parcel_is_lost(self, **data: object) -> str:
        pickup = await self.pickup_id()
        return await self.stage.report("courier", "parcel.lost", pickupId=pickup, **data)

    async def merchant(self, type: str, **data: object) -> str:  # noqa: A002
        return await self.stage.report("merchant", type, returnId=self.id, **data)

    async def staff_decide(self, winner: str) -> str:
        return await self.stage.report("staff", "dispute.decided", returnId=self.id, winner=winner)

    async def is_fetched(self, *, grams: int | None = None, waybill: bool = True) -> None:
        """By the first company: accepted and collected; weighed and sent as the arguments say."""
        assert await self.courier("accepted", courierCompany="cainiao") == "DONE"
        assert await self.courier("collected") == "DONE"
        if grams:
            assert await self.courier("weighed", weightGrams=grams) == "DONE"
        if waybill:
            assert await self.courier("waybill", waybillNumber=waybill_number("CN")) == "DONE"
        await self.stage.work()

    async def is_sent(self) -> None:
        """By the shopper."""
        await self.does(docs.SHIP, company="sf", number=waybill_number("SF", 12))
        await self.stage.work()

    async def goods_are_refused(self, reason: str = "EMPTY_PARCEL") -> None:
        data = {"outcome": "REFUSED", "reason": reason, "note": "look", "photos": [PHOTO]}
        assert await self.merchant("goods.inspected", **data) == "DONE"


PHOTO = "https://shop.example/1.jpg"


def waybill_number(prefix: str, digits: int = 10) -> str:
    """Of a parcel that nobody has sent yet."""
    return f"{prefix}{next(_numbers):0{digits}}"


@asynccontextmanager
async def open_stage(folder: Path, policies: list[Policy] | None = None) -> AsyncIterator[Stage]:
    """The books are checked at the end."""
    clock, partners = FakeClock(), Partners()
    async with at_work(partners) as settings:
        services = await open_world(folder, policies, clock, **settings)
        worker = worker_of(services)
        async with serving(services) as base:
            webhooks = Webhooks(base, services.settings, clock)
            yield Stage(World(services, clock, base), partners, webhooks, worker)
            await worker.close()
            await webhooks.close()
        await check_invariants(services.db)
        await services.db.close()


@asynccontextmanager
async def nothing_changes(stage: Stage, *but: str) -> AsyncIterator[None]:
    """In any table `but` these, and but that a partner's report is on record."""
    before = await dump(stage.world.db)
    yield
    after = await dump(stage.world.db)
    aside: Dump = {name: [] for name in ("webhook_events", *but)}
    assert {**after, **aside} == {**before, **aside}
