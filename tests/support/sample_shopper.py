"""A shopper with something for every operation to act on."""

from dataclasses import dataclass
from typing import Any

import httpx
from sqlalchemy import select

from bff.db.tables import payments, refunds
from bff.domain.evidence.model import Picture
from bff.domain.returns.commands import evidence
from bff.domain.returns.commands import returns as service
from bff.domain.returns.model import RefusedBecause, Winner
from bff.domain.returns.reports import courier, merchant, staff
from bff.domain.returns.reports import payments as money
from tests.support.documents import ONE_TAP
from tests.support.factories import Goods, create_address, create_order, create_shopper
from tests.support.minimal_mutations import WAYBILL
from tests.support.raw_client import data_of
from tests.support.return_cases import apply_report
from tests.support.return_steps import courier_accepts
from tests.support.world import START, World

PIECES = Goods(quantity=3, paid_minor=30_000)
NO_PILOT = Goods(category="electronics")
MINE = "{ viewer { addresses { id } } }"
ORDER_OF = "query($id: ID!) { node(id: $id) { ... on OrderLine { order { id } } } }"
SAID_NO = (RefusedBecause.USED_ITEM, "", ("https://photos.example/1",))


@dataclass(frozen=True)
class SampleShopper:
    """Ids. `line` has `left` pieces left; of `returned`, another, `this_return` is open."""

    shopper: str
    address: str
    order: str
    line: str
    returned: str
    this_return: str
    refund: str
    pickup: str
    unpicked: str
    owing: str
    refused: str
    taken_back: str
    unshipped: str
    unshipped_line: str
    photo: str
    other_address: str
    left: int = PIECES.quantity

    @property
    def ids(self) -> list[str]:
        return [
            self.shopper,
            self.address,
            self.order,
            self.line,
            self.this_return,
            self.refund,
            self.pickup,
            self.unpicked,
            self.owing,
            self.refused,
            self.taken_back,
            self.unshipped,
            self.photo,
        ]


@dataclass
class Buyer:
    world: World
    http: httpx.AsyncClient
    shopper: str

    async def ask(self, document: str, **variables: Any) -> Any:
        return await data_of(self.http, self.world.token(self.shopper), document, **variables)

    async def buy(self, *goods: Goods, **order: Any) -> list[str]:
        order = {"received_at": START} | order
        return await create_order(self.world.db, self.shopper, goods, **order)

    async def returns(self, line: str, **wishes: Any) -> Any:
        answer = await self.ask(ONE_TAP, key=f"tap {line}", line=line, **wishes)
        return answer["oneTapReturn"]["return"]

    async def order_of(self, line: str) -> str:
        return str((await self.ask(ORDER_OF, id=line))["node"]["order"]["id"])


async def sample_shopper(world: World, http: httpx.AsyncClient) -> SampleShopper:
    buyer = Buyer(world, http, await create_shopper(world.db))
    [line, returned] = await buyer.buy(PIECES, PIECES)
    [unpicked, weighed, refused, sent] = await buyer.buy(Goods(), Goods(), NO_PILOT, Goods())
    [unshipped] = await buyer.buy(PIECES, received_at=None, shipped=False)
    opened = await buyer.returns(returned, pickup={})
    return SampleShopper(
        shopper=buyer.shopper,
        address=(await buyer.ask(MINE))["viewer"]["addresses"][0]["id"],
        order=await buyer.order_of(line),
        line=line,
        returned=returned,
        this_return=opened["id"],
        refund=opened["refund"]["id"],
        pickup=opened["pickup"]["id"],
        unpicked=(await buyer.returns(unpicked))["id"],
        owing=await _owing(buyer, weighed),
        refused=await _refused(buyer, refused),
        taken_back=await _taken_back(buyer, sent),
        unshipped=await buyer.order_of(unshipped),
        unshipped_line=unshipped,
        photo=await _photo(buyer, opened["id"]),
        other_address=await create_address(world.db, buyer.shopper),
    )


async def _photo(buyer: Buyer, return_id: str) -> str:
    """One that is there."""
    picture = Picture(b"photo", b"thumbnail", 3, 2)
    db = buyer.world.db
    photo = await db.write(lambda tx: evidence.open_evidence(tx, buyer.shopper, return_id))
    await db.write(lambda tx: evidence.keep_photo(tx, photo, picture))
    return photo.id


async def _owing(buyer: Buyer, line: str) -> str:
    """A pickup whose fee is to be paid."""
    pickup = str((await buyer.returns(line, pickup={}))["pickup"]["id"])
    await courier_accepts(buyer.world, pickup)
    await apply_report(buyer.world, courier.collected, pickup)
    await apply_report(buyer.world, courier.weighed, pickup, 800)
    return pickup


async def _refused(buyer: Buyer, line: str) -> str:
    """A return that the merchant does not want."""
    opened = str((await buyer.returns(line))["id"])
    await apply_report(buyer.world, merchant.refused, opened, *SAID_NO)
    return opened


async def _taken_back(buyer: Buyer, line: str) -> str:
    """A return whose advance the shopper owes."""
    opened = str((await buyer.returns(line))["id"])
    number = f"SF{buyer.shopper[5:].zfill(12)}"
    await buyer.ask(WAYBILL, key="w", **{"return": opened}, company="sf", number=number)
    payment = await payment_of(buyer, opened)
    await apply_report(buyer.world, money.payment_succeeded, payment, "paid")
    await apply_report(buyer.world, merchant.goods_refused, opened, *SAID_NO)
    world, shopper = buyer.world, buyer.shopper
    await world.db.write(lambda tx: service.open_dispute(tx, shopper, opened))
    await world.db.write(lambda tx: staff.dispute_decided(tx, opened, Winner.MERCHANT))
    return opened


async def payment_of(buyer: Buyer, return_id: str) -> str:
    """Of the return's refund; there is one."""
    statement = (
        select(payments.c.id)
        .join(refunds, refunds.c.id == payments.c.subject_id)
        .where(refunds.c.return_id == return_id)
    )
    async with buyer.world.db.read() as connection:
        return str((await connection.execute(statement)).scalar())
