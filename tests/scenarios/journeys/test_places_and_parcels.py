"""The last place in a slot, and goods sent under a number of the shopper's own."""

from pathlib import Path

from tests.support.journeys import documents as docs
from tests.support.journeys.languages import codes
from tests.support.journeys.return_lives import BOOKED, STARTED, opened
from tests.support.journeys.stage import Stage, nothing_changes, open_stage, waybill_number
from tests.support.models import POLICY, changed

WINDOW = "20260310T13"
FORMS = {  # the input, a number that is none, one that is
    "cainiao": ("CN and 10 digits", "CN01234567890", "CN0123456789"),
    "sf": ("SF and 12 digits", "SF12345678901", "SF123456789012"),
    "yto": ("YT and 13 digits", "CN0123456789", "YT0123456789012"),
}


async def test_a_full_slot_is_refused_and_the_old_one_kept(db_folder: Path) -> None:
    crowded = [changed(POLICY, "pickup", capacity=1)]
    async with (
        open_stage(db_folder, crowded) as stage,
        stage.shopper() as keen,
        stage.shopper() as slow,
    ):
        first, second = await opened(keen), await opened(slow, pickup=False)
        await second.does(docs.BOOK, slot=WINDOW)
        async with nothing_changes(stage):
            refused = await first.tries(docs.MOVE, slot=WINDOW)
        await second.does(docs.MOVE, slot="20260310T15")
        moved = await first.does(docs.MOVE, slot=WINDOW)
    assert refused["__typename"] == "SlotFull"
    assert WINDOW not in [slot["id"] for slot in refused["alternatives"]]
    assert moved["pickup"]["slot"]["startsAt"] == "2026-03-10T13:00:00.000+08:00"


async def test_the_shoppers_own_number_has_the_form_of_its_company(stage: Stage) -> None:
    async with stage.shopper() as phone:
        for company, (form, answer, good) in FORMS.items():
            trip = await opened(phone, pickup=False)
            async with nothing_changes(stage):
                refused = await trip.tries(docs.SHIP, company=company, number=answer)
            sent = await trip.does(docs.SHIP, company=company, number=good)
            assert (refused["__typename"], refused["field"]) == ("InvalidInput", "waybillNumber")
            assert refused["expected"] == form
            assert sent["waybill"] == {"number": good, "submittedBy": "SHOPPER"}


async def test_who_drops_the_goods_off_calls_the_courier_off(stage: Stage) -> None:
    async with stage.shopper() as phone:
        trip = await opened(phone)
        await stage.work()
        await trip.is_sent()
        seen, events = await trip.seen(), await trip.events()
        async with nothing_changes(stage):
            late = await trip.courier("accepted", courierCompany="cainiao")
    pickup = seen["pickup"]
    assert (pickup["status"], pickup["cancelReason"]) == ("CANCELLED", "SHIPPED_OTHERWISE")
    assert events == [*BOOKED, "PICKUP_CANCELLED", "WAYBILL_SUBMITTED", "REFUND_ADVANCED"]
    assert stage.partners.about(pickup["id"]) == ["pickup.requested", "pickup.cancelled"]
    assert late == "IMPOSSIBLE: the pickup is cancelled"


async def test_a_couriers_number_is_checked_too(stage: Stage) -> None:
    async with stage.shopper(level=4) as phone, stage.shopper(level=4) as stranger:
        first, second = await opened(phone), await opened(stranger)
        number = waybill_number("CN")
        await first.is_fetched(waybill=False)
        await second.is_fetched(waybill=False)
        assert await second.courier("waybill", waybillNumber=number) == "DONE"
        async with nothing_changes(stage):
            answer = await first.courier("waybill", waybillNumber="SF123456789012")
            used = await first.courier("waybill", waybillNumber=number)
            assert await second.courier("waybill", waybillNumber=number) == "DONE"
        another = await second.courier("waybill", waybillNumber=waybill_number("CN"))
        assert (await second.events())[-1] == "WAYBILL_CORRECTED"
    assert answer == "IMPOSSIBLE: waybillNumber: CN and 10 digits"
    assert used == "IMPOSSIBLE: other goods travel under this waybill"
    assert another == "DONE"


async def test_where_the_courier_is_late_with_the_number_the_shopper_may_give_it(
    stage: Stage,
) -> None:
    async with stage.shopper(level=4) as phone:
        trip = await opened(phone)
        await trip.is_fetched(waybill=False)
        await stage.passes(hours=24)
        late = await trip.seen()
        sent = await trip.does(docs.SHIP, company="cainiao", number=waybill_number("CN"))
        await stage.work()
        after = await trip.seen()
    assert [one["message"] for one in late["missedDeadlines"]] == [
        "The courier is late with the waybill number."
    ]
    assert codes(late["nextActions"]) == ["WAIT_FOR_WAYBILL", "SUBMIT_WAYBILL"]
    assert sent["pickup"]["fee"]["finalAt"] == "2026-03-11T10:00:00.000+08:00"
    assert (sent["pickup"]["status"], after["refund"]["advance"]) == ("COLLECTED", "ADVANCED")


async def test_goods_that_are_never_sent_close_the_return_and_the_line_is_free_again(
    stage: Stage,
) -> None:
    async with stage.shopper(level=3) as phone:
        [line] = await phone.buys()
        trip = await phone.returns(line)
        before = await trip.seen()
        await stage.passes(days=7)
        closed, events = await trip.seen(), await trip.events()
        await stage.work()
        stars = (await phone.ask(docs.STARS))["starLevel"]["history"]
    assert before["deadlines"][0]["thenWhat"] == (
        "The return closes, and may cost you points; goods that were sent open it again."
    )
    assert events == [*STARTED, "SHIP_BACK", "RETURN_CLOSED"]
    assert (closed["closeReason"], closed["message"]) == (
        "NOT_SHIPPED_BACK",
        "The goods were not sent back in time.",
    )
    assert (codes(closed["nextActions"]), closed["deadlines"]) == ([], [])
    assert stars[0]["cause"] == "BROKEN_PROMISE"
    assert stage.partners.about(trip.id)[-1] == "return.closed"
