"""Case "after a claw-back": what is owed is called owed, until when, how, and what is under way."""

from typing import Any

from tests.support.journeys import documents as docs
from tests.support.journeys.languages import codes, in_both, in_both_languages, messages
from tests.support.journeys.partners import Way
from tests.support.journeys.return_lives import opened
from tests.support.journeys.stage import Phone, Stage, Trip

UNTIL = "2026-03-27T10:00:00"


async def clawed_back(stage: Stage, phone: Phone) -> Trip:
    trip = await opened(phone, pickup=False)
    await trip.is_sent()
    await trip.goods_are_refused()
    await stage.passes(days=3)
    return trip


async def level(phone: Phone) -> int:
    stars: Any = (await phone.ask(docs.STARS))["starLevel"]
    return int(stars["level"])


async def test_message_actions_and_deadline_agree(stage: Stage) -> None:
    async with in_both_languages(stage, level=4) as phones:
        seen = await in_both(phones, await clawed_back(stage, phones[0]))
    refund = seen[0]["refund"]
    [action], [deadline] = seen[0]["nextActions"], seen[0]["deadlines"]
    assert messages(seen, "refund", "message") == (
        "The refusal stands: please pay CN¥199.00 back by 27 Mar 10:00",
        "拒绝成立：请在3月27日 10:00前归还¥199.00",
    )
    assert (refund["owed"]["minor"], refund["repaymentUnderWay"]) == (19_900, False)
    assert (action["code"], deadline["what"]) == ("REPAY_REFUND", "REPAYMENT")
    assert action["by"] == deadline["at"] == refund["repayBy"]
    assert refund["repayBy"].startswith(UNTIL)
    assert deadline["thenWhat"] == (
        "You are reminded once, and the platform's staff see it; no interest, and no stars less."
    )


async def test_what_is_under_way_is_shown_and_what_failed_is_owed_again(stage: Stage) -> None:
    async with in_both_languages(stage, level=4) as phones:
        trip = await clawed_back(stage, phones[0])
        stage.payments.will(Way.DECLINE)
        await trip.does(docs.REPAY)
        under_way = await in_both(phones, trip)
        await stage.work()
        failed = await trip.seen()
        await trip.does(docs.REPAY)
        await stage.work()
        done = await in_both(phones, trip)
        events = await trip.events()
    assert messages(under_way, "refund", "message") == (
        "You owe CN¥199.00; your payment is under way",
        "您应归还¥199.00，付款正在处理",
    )
    assert under_way[0]["refund"]["repaymentUnderWay"]
    assert codes(under_way[0]["nextActions"]) == ["WAIT_FOR_REPAYMENT"]
    assert (under_way[0]["deadlines"], under_way[0]["refund"]["repayBy"]) == ([], None)
    assert (codes(failed["nextActions"]), codes(failed["deadlines"])) == (
        ["REPAY_REFUND"],
        ["REPAYMENT"],
    )
    assert failed["refund"]["repayBy"].startswith(UNTIL)
    assert messages(done, "refund", "message") == (
        "Taken back, and paid back by you",
        "已收回，您已退回",
    )
    assert events[-4:] == [
        *["REPAYMENT_REQUESTED", "REPAYMENT_FAILED", "REPAYMENT_REQUESTED", "REFUND_REPAID"]
    ]


async def test_when_the_time_is_over_the_shopper_is_reminded_and_no_more(stage: Stage) -> None:
    async with in_both_languages(stage, level=4) as phones:
        trip = await clawed_back(stage, phones[0])
        before = await level(phones[0])
        await stage.passes(days=14)
        await stage.passes(days=100)
        late = await in_both(phones, trip)
        events = await trip.events()
        assert await level(phones[0]) == before
        await trip.does(docs.REPAY)
        await stage.work()
        done = await trip.seen()
    assert messages(late, "refund", "message") == (
        "The refusal stands: please pay CN¥199.00 back",
        "拒绝成立：请归还¥199.00",
    )
    assert late[0]["refund"]["owed"]["minor"] == 19_900
    assert [(one["code"], one["by"]) for one in late[0]["nextActions"]] == [("REPAY_REFUND", None)]
    assert late[0]["missedDeadlines"][-1]["message"] == (
        "What you owe is not paid back yet: please pay it."
    )
    assert events.count("REPAYMENT") == 1
    assert (done["refund"]["owed"]["minor"], done["nextActions"]) == (0, [])
