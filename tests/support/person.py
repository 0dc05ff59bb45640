"""A person whose data are everywhere: each text of theirs that a search should find nowhere."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from bff.db.database import Database
from bff.domain.orders.model import shopper_id
from bff.domain.returns.commands.returns import open_dispute
from tests.support.database import dump
from tests.support.documents import ONE_TAP
from tests.support.evidence import OPEN, TYPE
from tests.support.factories import create_order, create_shopper
from tests.support.hostile_images import jpeg
from tests.support.import_files import a_line, an_order
from tests.support.webhook_cases import pickup_of
from tests.support.webhook_sender import Sender

NUMBER = "person-77"
SHOPPER = shopper_id(NUMBER)
HOME = {"recipient": "欧阳娜娜", "phone": "13912345678"}
HOME |= {"region": "浙江省杭州市西湖区", "street": "灵隐路八号三单元"}
WORK = {"recipient": "欧阳小姐", "phone": "13887654321"}
WORK |= {"region": "浙江省杭州市余杭区", "street": "五常大道一百号"}
NICKNAME, COURIER, PHONE, CODE = "娜娜爱买衣服", "快递员老张", "13700001111", "QJM-5512"
NOTE, PROOF = "欧阳女士寄来的是空盒", "https://photos.example/ouyang.jpg"
WORDS = (
    *(HOME[name] for name in ("recipient", "phone", "street")),
    *(WORK[name] for name in ("recipient", "phone", "street")),
    *(NICKNAME, COURIER, PHONE, CODE, NOTE, PROOF),
)
DAY = timedelta(days=1)
ADDRESS_CREATE = """
mutation Create($address: AddressInput!) {
  addressCreate(input: { idempotencyKey: "work", address: $address }) { __typename }
}"""


@dataclass
class Person:
    """With an order that was delivered to them; `returned` and `order` are ids."""

    sender: Sender
    order: str = "ord_P-1"
    returned: str = ""

    async def buy(self, order_no: str = "P-1") -> None:
        world = self.sender.world
        moments = {
            "paid_at": (world.clock.now() - 2 * DAY).isoformat(),
            "shipped_at": (world.clock.now() - 2 * DAY).isoformat(),
            "delivered_at": (world.clock.now() - DAY).isoformat(),
        }
        lines = [a_line(category="womenswear")]
        who: dict[str, Any] = {"shopper_no": NUMBER, "nickname": NICKNAME, "ship_to": HOME}
        who |= {"merchant_no": "linen-house"}
        # Another's, so that the merchant is known with its address
        await create_order(world.db, await create_shopper(world.db), received_at=None)
        order = an_order(order_no=order_no, lines=lines, **moments, **who)
        await self.sender.tell("orders", "order.paid", order)

    async def tap(self) -> None:
        """A return with a pickup, a photo, and a courier who has a name."""
        sender, world = self.sender, self.sender.world
        await sender.tell("staff", "star_level.decided", {"shopperId": SHOPPER, "level": 4})
        async with world.client(SHOPPER) as app:
            created = await app.ask_field(ADDRESS_CREATE, address=WORK)
            assert created["__typename"] == "AddressCreateSuccess", created
            line = self.order.replace("ord_", "oli_") + "-1"
            tapped = await app.ask_field(ONE_TAP, key="tap", line=line, pickup={})
            self.returned = tapped["return"]["id"]
            opened = await app.ask_field(OPEN, key="photo", id=self.returned)
        async with httpx.AsyncClient(verify=False) as web:
            answer = await web.put(opened["uploadUrl"], content=jpeg(), headers=TYPE)
        assert answer.status_code == 201, answer.text
        who = {"courierName": COURIER, "courierPhone": PHONE, "pickupCode": CODE}
        pickup = {"pickupId": await pickup_of(sender, self.returned)}
        accepted = {**pickup, "courierCompany": "cainiao", **who}
        await sender.tell("courier", "pickup.accepted", accepted)
        await sender.tell("courier", "pickup.collected", pickup)
        await sender.tell("courier", "pickup.waybill", pickup | {"waybillNumber": "CN0123456789"})

    async def end(self) -> None:
        """The merchant refuses the goods, with a note and a photo; staff decide otherwise."""
        sender, world = self.sender, self.sender.world
        await world.work()
        outcome = {"outcome": "REFUSED", "reason": "EMPTY_PARCEL", "note": NOTE, "photos": [PROOF]}
        await sender.tell("merchant", "goods.inspected", {"returnId": self.returned, **outcome})
        await world.db.write(lambda tx: open_dispute(tx, SHOPPER, self.returned))
        decided = {"returnId": self.returned, "winner": "SHOPPER"}
        await sender.tell("staff", "dispute.decided", decided)
        await world.work()


async def places_of(words: tuple[str, ...], db: Database, photos: Path) -> set[tuple[str, str]]:
    """Where each of the words stands: the table, or the file's path, and the word."""
    found = {
        (table, word)
        for table, rows in (await dump(db)).items()
        for row in rows
        for word in words
        if word in str(row)
    }
    return found | {("photos", name) for name in stored_photos(photos)}


def stored_photos(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file()]
