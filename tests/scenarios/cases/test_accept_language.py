"""`Accept-Language: en_US`, as some systems write it, is English."""

import pytest

from tests.support.return_steps import approved_return
from tests.support.world import World

MESSAGE = "{ viewer { returns(first: 1) { nodes { message } } } }"


@pytest.mark.parametrize("language", ["en_US", "en_US,en;q=0.9", "EN_us"])
async def test_an_underscore_is_a_hyphen(server: World, language: str) -> None:
    shopper, _ = await approved_return(server)
    async with server.client(shopper, language) as app:
        [shown] = (await app.ask(MESSAGE))["viewer"]["returns"]["nodes"]
    assert shown["message"].isascii()
