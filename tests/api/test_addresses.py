"""The shopper's address book."""

from typing import Any

from tests.support.client import Client
from tests.support.database import nothing_changes
from tests.support.documents import REFUSAL
from tests.support.factories import create_address, create_order, create_shopper
from tests.support.return_documents import BOOK
from tests.support.return_steps import approved_return, ask, open_return, read_return
from tests.support.world import START, World

LIN = {
    "recipient": "林岚",
    "phone": "13900000000",
    "region": "上海市杨浦区",
    "street": "政立路477号",
}
MOVED = LIN | {"street": "国定路1号"}
BOOK_OF = "shopper { addresses { id street isDefault } defaultAddress { street } }"
INVALID = "... on InvalidInput { errors { field expected message } }"
FULL = "... on AddressLimitReached { most }"


def document(mutation: str, variables: str, inputs: str, shown: str = "") -> str:
    name = f"{mutation[0].upper()}{mutation[1:]}"
    return f"""mutation ($key: String!, {variables}) {{
      {mutation}(input: {{ idempotencyKey: $key, {inputs} }}) {{
        __typename ... on {name}Success {{ replayed {BOOK_OF} {shown} }} {REFUSAL}
      }} }}"""


ADDRESS = "address { id street region isDefault }"
CREATE = document(
    "addressCreate",
    "$address: AddressInput!, $isDefault: Boolean! = false",
    "address: $address, isDefault: $isDefault",
    f"{ADDRESS} }} {INVALID} {FULL} ... on AddressCreateSuccess {{ __typename",
)
UPDATE = document(
    "addressUpdate",
    "$id: ID!, $address: AddressInput!, $isDefault: Boolean",
    "addressId: $id, address: $address, isDefault: $isDefault",
    f"{ADDRESS} }} {INVALID} ... on AddressUpdateSuccess {{ __typename",
)
DELETE = document("addressDelete", "$id: ID!", "addressId: $id")
CHOOSE = document("addressSetDefault", "$id: ID!", "addressId: $id", ADDRESS)


def streets(answer: dict[str, Any]) -> list[tuple[str, bool]]:
    return [(one["street"], one["isDefault"]) for one in answer["shopper"]["addresses"]]


async def create(app: Client, address: dict[str, str] = LIN, **wish: Any) -> Any:
    return await ask(app, CREATE, address=address, **{"key": address["street"]} | wish)


async def test_an_address_is_added_once_for_its_key(server: World) -> None:
    shopper = await create_shopper(server.db, address=False)
    async with server.client(shopper) as app:
        added = await create(app, LIN | {"phone": " +86 139 0000 0000"})
        async with nothing_changes(server):
            again = await create(app, LIN | {"phone": " +86 139 0000 0000"})
            other = await create(app, MOVED, key=LIN["street"])
    assert added["address"] == {
        "id": added["address"]["id"],
        "street": "政立路477号",
        "region": "上海市杨浦区",
        "isDefault": False,
    }
    assert added["shopper"]["defaultAddress"] == {"street": "政立路477号"}
    assert again == added | {"replayed": True}
    assert other["__typename"] == "IdempotencyConflict"


async def test_the_default_is_chosen_and_comes_first(server: World) -> None:
    shopper = await create_shopper(server.db, address=False)
    async with server.client(shopper) as app:
        first = await create(app)
        both = await create(app, MOVED, isDefault=True)
        chosen = await ask(app, CHOOSE, id=first["address"]["id"], key="choose")
    assert streets(both) == [("国定路1号", True), ("政立路477号", False)]
    assert streets(chosen) == [("政立路477号", True), ("国定路1号", False)]
    assert chosen["shopper"]["defaultAddress"] == {"street": "政立路477号"}


async def test_every_field_that_is_wrong_is_in_one_answer(server: World) -> None:
    shopper = await create_shopper(server.db, address=False)
    wrong = {"recipient": "李", "phone": "1", "region": "x", "street": "y"}
    async with server.client(shopper, "zh") as app, nothing_changes(server):
        refused = await create(app, wrong)
    assert [one["field"] for one in refused["errors"]] == [
        "address.phone",
        "address.region",
        "address.street",
    ]
    assert refused["errors"][0] == {
        "field": refused["field"],
        "expected": refused["expected"],
        "message": refused["message"],
    }
    assert not any("address." in one["message"] for one in refused["errors"])


async def test_a_past_return_keeps_the_address_that_is_updated_or_deleted(server: World) -> None:
    shopper = await create_shopper(server.db, address=False)
    [line] = await create_order(server.db, shopper, received_at=START)
    where = "query ($id: ID!) { node(id: $id) { ... on Pickup { address { id street } } } }"
    async with server.client(shopper) as app:
        old = (await create(app))["address"]
        return_id = (await open_return(app, line, pickup={}))["id"]
        pickup_id = (await read_return(app, return_id))["pickup"]["id"]
        updated = await ask(app, UPDATE, id=old["id"], address=MOVED, key="update")
        after_update = (await app.ask(where, id=pickup_id))["node"]["address"]
        new = updated["address"]
        deleted = await ask(app, DELETE, id=new["id"], key="delete")
        after_delete = (await app.ask(where, id=pickup_id))["node"]["address"]
    assert new["id"] != old["id"]
    assert streets(updated) == [("国定路1号", False)]
    assert streets(deleted) == []
    assert deleted["shopper"]["defaultAddress"] is None
    assert after_update == after_delete == {"id": old["id"], "street": "政立路477号"}


async def test_only_ones_own_addresses_in_the_book_are_changed(server: World) -> None:
    shopper = await create_shopper(server.db, address=False)
    others = await create_address(server.db, await create_shopper(server.db))
    async with server.client(shopper) as app:
        gone = (await create(app))["address"]["id"]
        await ask(app, DELETE, id=gone, key="delete")
        async with nothing_changes(server):
            for one in (gone, others, "adr_unknown", ""):
                refused = [
                    await ask(app, UPDATE, id=one, address=MOVED, key="u"),
                    await ask(app, DELETE, id=one, key="d"),
                    await ask(app, CHOOSE, id=one, key="c"),
                ]
                assert {each["__typename"] for each in refused} == {"NotFound"}
                assert {each["field"] for each in refused} == {"addressId"}


async def test_no_courier_is_sent_to_an_address_that_has_left_the_book(server: World) -> None:
    shopper, return_id = await approved_return(server)
    async with server.client(shopper) as app:
        old = (await create(app))["address"]["id"]
        new = (await ask(app, UPDATE, id=old, address=MOVED, key="update"))["address"]["id"]
        async with nothing_changes(server):
            refused = await ask(app, BOOK, id=return_id, addressId=old)
        booked = await ask(app, BOOK, id=return_id, addressId=new)
    assert (refused["__typename"], refused["field"]) == ("NotFound", "addressId")
    assert booked["pickup"]["address"]["street"] == MOVED["street"]


async def test_a_book_holds_twenty_addresses(server: World) -> None:
    shopper = await create_shopper(server.db, address=False)
    async with server.client(shopper) as app:
        added = [await create(app, LIN | {"street": f"国定路{house}号"}) for house in range(20)]
        async with nothing_changes(server):
            refused = await create(app, LIN)
    assert len(added[-1]["shopper"]["addresses"]) == 20
    assert (refused["__typename"], refused["most"]) == ("AddressLimitReached", 20)
    assert refused["message"] == "You have 20 addresses already: delete one first."


async def test_of_several_addresses_none_is_taken_unless_it_was_chosen(server: World) -> None:
    """Of an order whose delivery address is not known."""
    shopper, return_id = await approved_return(server)
    await create_address(server.db, shopper)
    async with server.client(shopper) as app:
        async with nothing_changes(server):
            refused = await ask(app, BOOK, id=return_id)
        await create(app, isDefault=True)
        booked = await ask(app, BOOK, id=return_id)
    assert refused["__typename"] == "AddressNeeded"
    assert booked["pickup"]["address"]["street"] == "政立路477号"
