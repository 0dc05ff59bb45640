"""Waybill numbers: what a number may be, and that it travels once."""

from datetime import timedelta

from bff.domain.returns.reports import merchant
from tests.support.database import nothing_changes
from tests.support.factories import Goods, create_shopper
from tests.support.return_cases import SF_NUMBER, apply_report
from tests.support.return_steps import approved_return, buy, first_events, open_return, ship
from tests.support.world import World

EXAMPLES = {
    "cainiao": "CN and 10 digits",
    "sf": "SF and 12 digits",
    "yto": "YT and 13 digits",
    "sto": "5 to 40 letters and digits",
}
INVALID_NUMBERS = [
    ("cainiao", "CN123456789"),
    ("cainiao", "CN12345678901"),
    ("cainiao", SF_NUMBER),
    ("SF", "SF12345678901"),
    ("yto", ""),
    ("sto", "1234"),
    ("sto", "顺丰12345"),
]


async def test_a_number_of_another_form_is_refused_with_an_example(server: World) -> None:
    shopper, return_id = await approved_return(server)
    async with server.client(shopper) as app, nothing_changes(server):
        for company, number in INVALID_NUMBERS:
            refused = await ship(app, return_id, number, company=company)
            assert (refused["__typename"], refused["field"]) == ("InvalidInput", "waybillNumber")
            assert refused["expected"] == EXAMPLES[company.lower()]


async def test_a_company_needs_a_name(server: World) -> None:
    shopper, return_id = await approved_return(server)
    async with server.client(shopper) as app, nothing_changes(server):
        for company in ("", " ", "x" * 33):
            refused = await ship(app, return_id, company=company)
            assert (refused["__typename"], refused["field"]) == ("InvalidInput", "courierCompany")
            assert refused["expected"] == "the courier company's name"


async def test_a_number_is_corrected_until_the_merchant_has_the_goods(server: World) -> None:
    shopper, return_id = await approved_return(server)
    other_shopper, other_return = await approved_return(server)
    async with server.client(shopper) as app, server.client(other_shopper) as other:
        await ship(app, return_id)
        server.clock.advance(timedelta(hours=1))
        corrected = await ship(app, return_id, "75812345678901", company="中通", key="correct")
        freed = await ship(other, other_return)
        await server.work()
        events = await first_events(app, return_id, 5)
        await apply_report(server, merchant.received, return_id)
        same = await ship(app, return_id, "7581 2345 6789 01", company="zto", key="same")
        async with nothing_changes(server):
            late = await ship(app, return_id, key="late")
    assert corrected["return"]["waybill"] == {
        "number": "75812345678901",
        "submittedBy": "SHOPPER",
        "submittedAt": "2026-03-10T11:00:00.000+08:00",
        "courierCompany": {"code": "zto", "name": "ZTO Express"},
    }
    assert events[2:] == ["WAYBILL_SUBMITTED", "WAYBILL_CORRECTED", "REFUND_ADVANCED"]
    assert freed["__typename"] == same["__typename"] == "WaybillSubmitSuccess"
    assert late["__typename"] == "ParcelReceived"
    assert late["message"] == (
        "The merchant received the parcel on 10 Mar 11:00: its waybill number cannot be changed."
    )


async def test_one_parcel_holds_several_returns_to_one_merchant(server: World) -> None:
    shopper = await create_shopper(server.db)
    goods = Goods(quantity=2, paid_minor=999)
    async with server.client(shopper) as app:
        line = await buy(server, shopper, goods)
        returns = [
            await open_return(app, line, quantity=1, key="first"),
            await open_return(app, line, quantity=1, key="second"),
            await open_return(app, await buy(server, shopper)),
        ]
        answers = [await ship(app, one["id"], key=one["id"]) for one in returns]
    assert {one["__typename"] for one in answers} == {"WaybillSubmitSuccess"}
    assert [one["refund"]["amount"]["minor"] for one in answers] == [499, 500, 19_900]


async def test_a_number_is_for_one_shopper_and_one_merchant(server: World) -> None:
    shopper, first = await approved_return(server)
    elsewhere = await buy(server, shopper, merchant="northwind")
    stranger, another = await approved_return(server)
    async with server.client(shopper) as mine, server.client(stranger) as theirs:
        to_others = (await open_return(mine, elsewhere))["id"]
        await ship(mine, first)
        async with nothing_changes(server):
            refused = [await ship(mine, to_others, key="2"), await ship(theirs, another)]
        taken = await ship(theirs, another, "SF000000000000")
    assert [one["__typename"] for one in refused] == ["WaybillUsed", "WaybillUsed"]
    assert [one["waybillNumber"] for one in refused] == [SF_NUMBER, SF_NUMBER]
    assert refused[0]["message"] == f"Waybill number {SF_NUMBER} belongs to another parcel."
    assert taken["__typename"] == "WaybillSubmitSuccess"


async def test_a_number_stays_used_after_the_goods_arrive(server: World) -> None:
    shopper, first = await approved_return(server)
    stranger, another = await approved_return(server)
    async with server.client(shopper) as mine, server.client(stranger) as theirs:
        await ship(mine, first)
        await apply_report(server, merchant.accepted, first)
        async with nothing_changes(server):
            refused = await ship(theirs, another)
    assert refused["__typename"] == "WaybillUsed"


async def test_a_number_that_has_travelled_is_used_by_the_same_shopper_too(server: World) -> None:
    shopper, first = await approved_return(server)
    async with server.client(shopper) as app:
        await ship(app, first)
        await apply_report(server, merchant.accepted, first)
        await server.work()
        again = (await open_return(app, await buy(server, shopper)))["id"]
        async with nothing_changes(server):
            refused = await ship(app, again, "sf 123456789012", key="again")
    assert (refused["__typename"], refused["waybillNumber"]) == ("WaybillUsed", SF_NUMBER)
