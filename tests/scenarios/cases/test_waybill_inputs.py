"""A waybill number as people type it (P10), and whatever company carries the parcel (P7)."""

from typing import Any

import pytest

from tests.support.journeys import documents as docs
from tests.support.journeys.return_lives import opened
from tests.support.journeys.stage import Stage, Trip, nothing_changes

NUMBER = "CN5072259473"
INPUTS = [
    " CN5072259473 ",
    "CN5072259473\u00a0",
    "CN 5072 2594 73",
    "cn5072259473",
    "\uff23\uff2e\uff15\uff10\uff17\uff12\uff12\uff15\uff19\uff14\uff17\uff13",
    "CN5072259473\u200b",
]
COMPANIES = "query { courierCompanies { code name example } }"


async def waybill(trip: Trip) -> Any:
    document = """query ($id: ID!) { node(id: $id) { ... on Return {
      waybill { number courierCompany { code name } }
      refund { advance }
    } } }"""
    seen = await trip.phone.ask(document, id=trip.id)
    return seen["waybill"]


@pytest.mark.parametrize("typed", INPUTS)
async def test_a_shoppers_number_is_taken_however_it_is_typed(stage: Stage, typed: str) -> None:
    async with stage.shopper() as phone:
        trip = await opened(phone, pickup=False)
        await trip.does(docs.SHIP, company="cainiao", number=typed)
        assert (await waybill(trip))["number"] == NUMBER


@pytest.mark.parametrize("typed", INPUTS)
async def test_a_couriers_number_is_taken_however_it_is_typed(stage: Stage, typed: str) -> None:
    async with stage.shopper(level=4) as phone:
        trip = await opened(phone)
        await trip.is_fetched(waybill=False)
        assert await trip.courier("waybill", waybillNumber=typed) == "DONE"
        async with nothing_changes(stage):
            assert await trip.courier("waybill", waybillNumber=NUMBER) == "DONE"
        assert (await waybill(trip))["number"] == NUMBER


@pytest.mark.parametrize(
    ("company", "number", "shown"),
    [
        ("yto", "812345678901234567", {"code": "yto", "name": "YTO Express"}),
        ("sto", "77312345678901", {"code": "sto", "name": "STO Express"}),
        ("STO", "STO-1234567", {"code": "sto", "name": "STO Express"}),
        (" zto ", "75812345678901", {"code": "zto", "name": "ZTO Express"}),
        ("京东快递", "JDVB01234567890", {"code": "jd", "name": "JD Logistics"}),
        ("Pigeon Post", "coo 00042", {"code": "pigeonpost", "name": "pigeonpost"}),
    ],
)
async def test_any_company_brings_the_goods_back(
    stage: Stage, company: str, number: str, shown: dict[str, str]
) -> None:
    async with stage.shopper() as phone:
        trip = await opened(phone, pickup=False)
        sent = await trip.does(docs.SHIP, company=company, number=number)
        assert sent["status"] == "AWAITING_MERCHANT_RECEIPT"
        assert (await waybill(trip))["courierCompany"] == shown


async def test_a_refusal_gives_an_example_in_either_language(stage: Stage) -> None:
    texts = {}
    for language in ("en", "zh"):
        async with stage.shopper(language=language) as phone:
            trip = await opened(phone, pickup=False)
            async with nothing_changes(stage):
                refused = await trip.tries(docs.SHIP, company="sf", number="SF123")
            texts[language] = refused["expected"]
    assert texts == {"en": "SF and 12 digits", "zh": "SF 加 12 位数字"}


async def test_the_known_companies_are_shown_with_an_example(stage: Stage) -> None:
    async with stage.shopper(language="zh") as phone:
        listed = {one["code"]: one for one in await phone.ask(COMPANIES)}
    assert listed["sf"] == {"code": "sf", "name": "顺丰速运", "example": "SF 加 12 位数字"}
    assert listed["zto"]["example"] == "5 到 40 位字母和数字"
