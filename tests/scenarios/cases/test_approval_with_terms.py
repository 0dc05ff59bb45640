"""`return.approved` with an address and who bears the freight: kept and shown."""

from typing import Any

from tests.support.journeys import documents as docs
from tests.support.journeys.languages import in_both_languages
from tests.support.journeys.return_lives import opened
from tests.support.journeys.stage import Phone, Stage, Trip, nothing_changes

THERE = {
    "recipient": "亚麻小屋仓库",
    "phone": "13900000000",
    "region": "浙江省嘉兴市海宁市",
    "street": "仓储路8号",
}
TERMS: dict[str, Any] = {"returnAddress": THERE, "freightPayer": "MERCHANT"}
AGREED = """
query Agreed($id: ID!) {
  node(id: $id) {
    ... on Return {
      returnAddress { recipient region street } freightPayer freightMessage
      pickupQuote { payer basis reason message shopperPays { minor } }
      pickup { fee { payer basis reason status message shopperPays { minor } } }
    }
  }
}"""


async def agreed(phone: Phone, trip: Trip) -> Any:
    return await phone.ask(AGREED, id=trip.id)


def sent_to(stage: Stage) -> list[Any]:
    """Where each call to the courier says that the goods go."""
    calls = [data for _, data in stage.partners.calls]
    return [data["deliverTo"]["street"] for data in calls if "deliverTo" in data]


async def test_return_approved_with_an_address_and_who_bears_the_freight(stage: Stage) -> None:
    async with in_both_languages(stage, level=2) as phones:
        trip = await opened(phones[0], pickup=False)
        assert await trip.merchant("return.approved", **TERMS) == "DONE"
        english, chinese = [await agreed(phone, trip) for phone in phones]
        await trip.does(docs.BOOK)
        await stage.work()
        await trip.is_fetched(grams=3_500)
        seen, events = await trip.seen(), await trip.events()
    assert english["returnAddress"] == {
        name: THERE[name] for name in ("recipient", "region", "street")
    }
    assert english["freightPayer"] == "MERCHANT"
    assert (english["freightMessage"], chinese["freightMessage"]) == (
        "The merchant bears the freight of this return.",
        "本次退货运费由商家承担。",
    )
    assert english["pickupQuote"] == {
        "payer": "MERCHANT",
        "basis": "MERCHANT_AGREED",
        "reason": "The merchant bears the freight of this return.",
        "message": "The pickup costs you nothing.",
        "shopperPays": {"minor": 0},
    }
    fee = seen["pickup"]["fee"]
    assert (fee["payer"], fee["basis"], fee["status"]) == ("MERCHANT", "MERCHANT_AGREED", "WAIVED")
    assert (fee["shopperPays"]["minor"], seen["status"]) == (0, "AWAITING_MERCHANT_RECEIPT")
    assert set(sent_to(stage)) == {"仓储路8号"}
    assert "RETURN_TERMS_CHANGED" not in events


async def test_terms_of_an_express_return_reach_the_booked_courier(stage: Stage) -> None:
    async with stage.shopper(level=3) as phone:
        trip = await opened(phone)
        await stage.work()
        before = await agreed(phone, trip)
        assert await trip.merchant("return.approved", **TERMS) == "DONE"
        await stage.work()
        after = await agreed(phone, trip)
        async with nothing_changes(stage):
            assert await trip.merchant("return.approved", **TERMS) == "DONE"
            assert await trip.merchant("return.approved") == "DONE"
        events = await trip.events()
    assert before["pickup"]["fee"]["shopperPays"]["minor"] == 1_200
    assert after["returnAddress"]["street"] == "仓储路8号"
    assert after["pickup"]["fee"] == {
        "payer": "MERCHANT",
        "basis": "MERCHANT_AGREED",
        "reason": "The merchant bears the freight of this return.",
        "status": "WAIVED",
        "message": "The pickup costs you nothing.",
        "shopperPays": {"minor": 0},
    }
    assert sent_to(stage)[-1] == "仓储路8号"
    assert events.count("RETURN_TERMS_CHANGED") == 1


async def test_a_better_cover_stays(stage: Stage) -> None:
    """Level 4 brings free pickup, whatever the merchant says."""
    async with stage.shopper(level=4) as phone:
        trip = await opened(phone, pickup=False)
        assert await trip.merchant("return.approved", freightPayer="SHOPPER") == "DONE"
        seen = await agreed(phone, trip)
    assert seen["freightPayer"] == "SHOPPER"
    assert (seen["pickupQuote"]["basis"], seen["pickupQuote"]["shopperPays"]["minor"]) == (
        "ENTITLEMENT",
        0,
    )


async def test_terms_for_goods_that_are_away_come_too_late(stage: Stage) -> None:
    async with stage.shopper(level=3) as phone:
        trip = await opened(phone, pickup=False)
        await trip.is_sent()
        async with nothing_changes(stage):
            answer = await trip.merchant("return.approved", **TERMS)
            assert await trip.merchant("return.approved") == "DONE"
    assert answer == ("IMPOSSIBLE: returnAddress, freightPayer: the goods are on their way already")


async def test_an_address_that_is_none_is_refused_by_field(stage: Stage) -> None:
    async with stage.shopper(level=2) as phone:
        trip = await opened(phone, pickup=False)
        async with nothing_changes(stage):
            answer = await trip.merchant("return.approved", returnAddress={"recipient": "x"})
            payer = await trip.merchant("return.approved", freightPayer="INSURER")
    assert answer.startswith("INVALID_PAYLOAD: data.returnAddress.phone: expected ")
    assert payer == "INVALID_PAYLOAD: data.freightPayer: expected MERCHANT or SHOPPER"
