"""Tokens of who was erased: refused as long as they could be good, and others' are not."""

import asyncio
from datetime import timedelta

import pytest

from bff.app import tokens_of
from bff.domain.erasure.service import begin_erasure
from bff.http.auth import TokenError
from bff.http.revocations import Revocations
from tests.support.factories import create_shopper
from tests.support.world import World


async def test_a_wake_up_is_enough_and_later_nobody_has_to_remember(world: World) -> None:
    shopper, other = await create_shopper(world.db), await create_shopper(world.db)
    tokens = tokens_of(world.services.settings)
    revocations = Revocations(world.db, tokens)
    running = asyncio.create_task(revocations.run())
    await revocations.refresh()
    assert tokens.shopper_of(world.token(shopper)) == shopper
    await world.db.write(lambda tx: begin_erasure(tx, shopper, "li"))
    async with asyncio.timeout(60):
        while shopper not in tokens.revoked:  # noqa: ASYNC110 - what it waits for has no Event
            await asyncio.sleep(0.01)
    with pytest.raises(TokenError, match="erased"):
        tokens.shopper_of(world.token(shopper))
    assert tokens.shopper_of(world.token(other)) == other
    world.clock.advance(tokens.lifetime + timedelta(seconds=1))
    await revocations.refresh()
    assert tokens.revoked == frozenset()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
