from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from msgspec.structs import replace

from bff.domain.evidence import model as evidence
from bff.domain.returns.model import DeadlineKind, RefusedBecause, WaybillSource
from bff.domain.returns.next_actions import Actor, NextActionCode
from bff.domain.returns.next_actions import NextAction as CoreNextAction
from bff.domain.returns.rules.deadlines import Deadline as CoreDeadline
from bff.locale.language import Language
from loaders.returns import returns_by_id
from resolvers.returns.parts import (
    Deadline,
    MerchantRefusal,
    MissedDeadline,
    NextAction,
    Photo,
    Waybill,
)
from tests.support.models import AWAY, REFUSED, RETURN, missed, shanghai
from tests.support.views import LINKS_BASE, context_of, show
from tests.support.world import START, World

NOON = shanghai("2026-01-05T12:00")


@pytest.mark.parametrize(("language", "title"), [("en", "The merchant answers"), ("zh", "商家")])
async def test_a_deadline_says_what_is_to_happen_and_what_happens_then(
    world: World, language: Language, title: str
) -> None:
    deadline = CoreDeadline(DeadlineKind.MERCHANT_ANSWER, NOON)
    context = context_of(world, language=language)
    shown = await show(Deadline, deadline, "{ what at title thenWhat }", context)
    assert (shown["what"], shown["at"]) == ("MERCHANT_ANSWER", "2026-01-05T12:00:00.000+08:00")
    assert title in shown["title"]
    assert shown["thenWhat"] != shown["title"]


async def test_a_missed_deadline_says_what_has_not_happened(world: World) -> None:
    passed = missed(DeadlineKind.COURIER_ARRIVAL, "2026-01-05T12:00")
    shown = await show(MissedDeadline, passed, "{ what dueAt missedAt message }", context_of(world))
    assert shown == {
        "what": "COURIER_ARRIVAL",
        "dueAt": "2026-01-05T12:00:00.000+08:00",
        "missedAt": "2026-01-05T12:00:00.000+08:00",
        "message": "The courier is late.",
    }


async def test_a_next_action_says_who_acts_and_until_when(world: World) -> None:
    action = CoreNextAction(NextActionCode.OPEN_DISPUTE, Actor.SHOPPER)
    shown = await show(NextAction, action, "{ code actor by title }", context_of(world))
    assert shown == {
        "code": "OPEN_DISPUTE",
        "actor": "SHOPPER",
        "by": None,
        "title": "Object to the merchant's decision",
    }


async def waybill(world: World, company: str) -> Any:
    away = replace(
        RETURN,
        **AWAY,
        courier_company=company,
        waybill_number="SF1",
        waybill_by=WaybillSource.COURIER,
        waybill_at=NOON,
    )
    context = context_of(world)
    context.loaders.prime({returns_by_id.fetch: {RETURN.id: away}})
    selection = "{ number submittedBy submittedAt courierCompany { code name } }"
    return await show(Waybill, away, selection, context)


async def test_a_waybill_names_its_company_by_the_returns_policy(world: World) -> None:
    shown = await waybill(world, "sf")
    assert (shown["number"], shown["submittedBy"]) == ("SF1", "COURIER")
    assert shown["courierCompany"]["code"] == "sf"
    assert shown["courierCompany"]["name"]


@pytest.mark.parametrize(
    ("because", "message"),
    [
        (None, "Another reason"),
        (RefusedBecause.EMPTY_PARCEL, "The parcel was empty"),
        (RefusedBecause.NOT_AGREED, "The merchant does not agree"),
    ],
)
async def test_a_refusal_has_its_reason_in_words(
    world: World, because: RefusedBecause | None, message: str
) -> None:
    refused = replace(RETURN, **REFUSED, refused_because=because)
    shown = await show(MerchantRefusal, refused, "{ at message disputedAt }", context_of(world))
    assert shown == {"at": "2026-01-05T10:00:00.000+08:00", "message": message, "disputedAt": None}


async def test_a_photo_has_a_link_for_each_size(world: World) -> None:
    photo = evidence.Photo(
        id="pho_1",
        shopper_id=RETURN.shopper_id,
        return_id=RETURN.id,
        opened_at=START,
        expires_at=START + timedelta(minutes=15),
        uploaded_at=START,
        width=640,
        height=480,
        digest="d",
    )
    shown = await show(Photo, photo, "{ id width height url thumbnailUrl }", context_of(world))
    assert (shown["id"], shown["width"], shown["height"]) == ("pho_1", 640, 480)
    assert shown["url"].startswith(LINKS_BASE)
    assert {urlsplit(shown[name]).path.split("/")[-2] for name in ("url", "thumbnailUrl")} == {
        "photo",
        "thumbnail",
    }
