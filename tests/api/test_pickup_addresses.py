"""The address of a pickup: one of the shopper's own, or a new one."""

from tests.support.database import dump, nothing_changes
from tests.support.factories import create_address, create_shopper
from tests.support.models import shanghai
from tests.support.return_documents import BOOK, ELSEWHERE
from tests.support.return_steps import approved_return, ask, buy, tap
from tests.support.world import World

MINE = "{ viewer { addresses { recipient phone region street } } }"
WHERE = "query($id: ID!) { node(id: $id) { ... on Pickup { address { recipient region } } } }"
CANNOT_BE = [
    ({"phone": ""}, "address.phone"),
    ({"phone": "1"}, "address.phone"),
    ({"recipient": "🌸"}, "address.recipient"),
    ({"street": "y"}, "address.street"),
    ({"recipient": "   "}, "address.recipient"),
    ({"region": "x"}, "address.region"),
    ({"region": "浙江省"}, "address.region"),
    ({"areaCode": "000000"}, "address.areaCode"),
    ({"street": "two\nlines"}, "address.street"),
]


async def test_a_new_address_is_used_and_kept(server: World) -> None:
    shopper, return_id = await approved_return(server)
    async with server.client(shopper) as app:
        answer = await ask(
            app, BOOK, id=return_id, address=ELSEWHERE | {"phone": " +86 139-0000-0000 "}
        )
        kept = (await app.ask(MINE))["viewer"]["addresses"]
    assert answer["pickup"]["address"] == ELSEWHERE
    assert len(kept) == 2
    assert ELSEWHERE in kept
    found = await dump(server.db)
    assert [row[0] for row in found["slots"]] == ["310110"]


async def test_a_pickup_may_be_at_one_of_the_shoppers_addresses(server: World) -> None:
    shopper, return_id = await approved_return(server)
    second = await create_address(server.db, shopper)
    async with server.client(shopper) as app:
        answer = await ask(app, BOOK, id=return_id, addressId=second)
        found = (await app.ask(WHERE, id=answer["pickup"]["id"]))["node"]
    assert answer["__typename"] == "PickupBookSuccess"
    assert found == {"address": {"recipient": "张三", "region": "浙江省杭州市西湖区"}}


async def test_an_address_of_another_shopper_is_not_found(server: World) -> None:
    shopper, return_id = await approved_return(server)
    line = await buy(server, shopper)
    owners = [await create_shopper(server.db), "mer_linen-house"]
    others = [await create_address(server.db, owner) for owner in owners]
    async with server.client(shopper) as app, nothing_changes(server):
        for address in (*others, "adr_unknown", ""):
            booked = await ask(app, BOOK, id=return_id, addressId=address)
            tapped = await tap(app, line, pickup={"addressId": address})
            assert (booked["__typename"], booked["field"]) == ("NotFound", "addressId")
            assert (tapped["__typename"], tapped["field"]) == ("NotFound", "pickup.addressId")


async def test_without_any_address_the_pickup_is_refused_and_the_tap_holds(server: World) -> None:
    shopper = await create_shopper(server.db, address=False)
    line = await buy(server, shopper)
    async with server.client(shopper) as app:
        tapped = await tap(app, line, pickup={})
        return_id = tapped["return"]["id"]
        async with nothing_changes(server):
            refused = await ask(app, BOOK, id=return_id)
        answer = await ask(app, BOOK, id=return_id, address=ELSEWHERE)
    assert (tapped["return"]["status"], tapped["return"]["pickup"]) == (
        "AWAITING_RETURN_SHIPMENT",
        None,
    )
    assert tapped["pickupNotBooked"]["code"] == "ADDRESS_NEEDED"
    assert refused["__typename"] == "AddressNeeded"
    assert answer["pickup"]["address"] == ELSEWHERE


async def test_an_address_of_another_shopper_is_not_found_where_the_merchant_decides(
    server: World,
) -> None:
    shopper = await create_shopper(server.db, level=2)
    line = await buy(server, shopper)
    others = await create_address(server.db, await create_shopper(server.db))
    async with server.client(shopper) as app, nothing_changes(server):
        tapped = await tap(app, line, pickup={"addressId": others})
    assert (tapped["__typename"], tapped["field"]) == ("NotFound", "pickup.addressId")


async def test_a_new_address_is_kept_where_no_courier_comes_yet(server: World) -> None:
    shopper = await create_shopper(server.db)
    line = await buy(server, shopper)
    server.clock.at = shanghai("2026-03-10T23:00")
    async with server.client(shopper) as app:
        tapped = await tap(app, line, pickup={"address": ELSEWHERE})
        kept = (await app.ask(MINE))["viewer"]["addresses"]
    assert tapped["pickupNotBooked"]["code"] == "OUT_OF_HOURS"
    assert ELSEWHERE in kept


async def test_an_invalid_address_is_refused_by_the_path_of_its_field(server: World) -> None:
    shopper, return_id = await approved_return(server)
    line = await buy(server, shopper)
    async with server.client(shopper) as app, nothing_changes(server):
        for change, field in CANNOT_BE:
            booked = await ask(app, BOOK, id=return_id, address=ELSEWHERE | change)
            tapped = await tap(app, line, pickup={"address": ELSEWHERE | change})
            assert (booked["__typename"], booked["field"]) == ("InvalidInput", field)
            assert (tapped["__typename"], tapped["field"]) == ("InvalidInput", f"pickup.{field}")


async def test_an_address_id_and_a_new_address_together_are_refused(server: World) -> None:
    shopper, return_id = await approved_return(server)
    known = await create_address(server.db, shopper)
    async with server.client(shopper) as app, nothing_changes(server):
        refused = await ask(app, BOOK, id=return_id, addressId=known, address=ELSEWHERE)
    assert (refused["__typename"], refused["field"]) == ("InvalidInput", "address")
