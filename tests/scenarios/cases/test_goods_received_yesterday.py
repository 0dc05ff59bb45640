"""`goods.received` with yesterday's timestamp: the law's seven days count from yesterday."""

from datetime import timedelta

from tests.support.journeys import documents as docs
from tests.support.journeys.return_lives import opened
from tests.support.journeys.stage import Stage

RECEIVED = """
query Received($id: ID!) {
  node(id: $id) { ... on Return { goodsReceivedAt deadlines { what at } } }
}"""


async def test_goods_received_with_yesterdays_timestamp(stage: Stage) -> None:
    async with stage.shopper(level=3) as phone:
        trip = await opened(phone, pickup=False)
        await trip.is_sent()
        await stage.passes(days=2)
        yesterday = (stage.world.clock.now() - timedelta(days=1)).isoformat()
        assert await trip.merchant("goods.received", at=yesterday) == "DONE"
        received = await phone.ask(RECEIVED, id=trip.id)
        await stage.passes(days=6)
        seen = await trip.seen()
    assert received == {
        "goodsReceivedAt": "2026-03-11T10:00:00.000+08:00",
        "deadlines": [{"what": "MERCHANT_INSPECTION", "at": "2026-03-18T10:00:00.000+08:00"}],
    }
    assert seen["status"] == "SUCCEEDED"


async def test_a_receipt_before_the_return_was_opened_is_refused(stage: Stage) -> None:
    async with stage.shopper(level=3) as phone:
        trip = await opened(phone, pickup=False)
        await stage.passes(hours=1)
        answer = await trip.merchant("goods.received", at="2026-03-10T09:54:59+08:00")
        within_tolerance = await trip.merchant("goods.received", at="2026-03-10T09:55:00+08:00")
        received = await phone.ask(RECEIVED, id=trip.id)
        await trip.tries(docs.CANCEL)
    assert answer == (
        "IMPOSSIBLE: at: not before 2026-03-10T02:00:00.000+00:00, when the return was opened"
    )
    assert (within_tolerance, received["goodsReceivedAt"]) == (
        "DONE",
        "2026-03-10T10:00:00.000+08:00",
    )
