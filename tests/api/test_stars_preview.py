"""The entitlements of another level, compared with the viewer's own."""

import pytest

from bff.domain.policy.file import read_policies
from bff.settings import PACKAGED_POLICY
from tests.support.documents import PREVIEW
from tests.support.factories import create_shopper
from tests.support.world import World

LADDER = {rung.code: rung.unlocked_at for rung in read_policies(PACKAGED_POLICY)[-1].entitlements}


def granted(level: int) -> list[str]:
    return [code for code, unlocked_at in LADDER.items() if unlocked_at <= level]


async def test_a_previewed_level_is_compared_with_the_viewers(server: World) -> None:
    shopper = await create_shopper(server.db, level=3)
    mine = granted(3)
    async with server.client(shopper) as app:
        for level in range(1, 6):
            shown = (await app.ask(PREVIEW, level=level))["entitlementPreview"]
            theirs = granted(level)
            rungs = {rung["code"]: rung["granted"] for rung in shown["entitlements"]}
            assert (shown["level"], shown["now"]) == (level, 3)
            assert rungs == {code: code in theirs for code in LADDER}
            assert [one["code"] for one in shown["gained"]] == [x for x in theirs if x not in mine]
            assert [one["code"] for one in shown["lost"]] == [x for x in mine if x not in theirs]


@pytest.mark.parametrize(
    ("language", "message"),
    [
        ("en", "Please check the star level. Expected: a whole number from 1 to 5."),
        ("zh", "请检查星级，应为：1到5的整数。"),
    ],
)
async def test_an_unknown_level_is_refused(server: World, language: str, message: str) -> None:
    shopper = await create_shopper(server.db, level=3)
    async with server.client(shopper, language) as app:
        for level in (0, 6, -1, 2**31 - 1):
            answer = await app.answer(PREVIEW, level=level)
            [error] = answer["errors"]
            assert answer["data"] == {"entitlementPreview": None}
            assert error["message"] == message
            assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": "level"}


async def test_without_a_token_the_preview_is_unauthenticated(server: World) -> None:
    async with server.client(None) as app:
        answer = await app.answer(PREVIEW, level=3)
    [error] = answer["errors"]
    assert error["extensions"] == {"code": "UNAUTHENTICATED"}
