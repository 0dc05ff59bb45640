"""A socket lives no longer than the token that it was opened with."""

import time

import jwt

from bff.http.auth import ALGORITHM, AUDIENCE
from tests.support.documents import WATCH
from tests.support.factories import create_shopper
from tests.support.raw_client import bare_socket, close_code, result_of
from tests.support.return_steps import buy, open_return
from tests.support.world import World

SOON_S = 1.5  # time enough for a first event, on a busy machine too
EXPIRED = (4403, "the token has expired")


def brief(world: World, shopper: str) -> str:
    claims = {"sub": shopper, "aud": AUDIENCE, "exp": time.time() + SOON_S}
    return jwt.encode(claims, world.services.settings.token_secret, ALGORITHM)


async def test_a_subscription_ends_with_its_token_and_goes_on_with_another(server: World) -> None:
    shopper = await create_shopper(server.db)
    async with server.client(shopper) as app:
        return_id = (await open_return(app, await buy(server, shopper)))["id"]
        async with bare_socket(server) as phone:
            began = time.monotonic()
            init = {"token": brief(server, shopper)}
            await phone.send(type="connection_init", payload=init)
            assert await phone.receive() == {"type": "connection_ack"}
            await phone.subscribe(WATCH, returnId=return_id)
            first = (await phone.next())["refundUpdates"]
            assert await close_code(phone.connection) == EXPIRED
        assert time.monotonic() - began >= SOON_S - 0.1
        async with app.socket() as phone:
            await phone.subscribe(WATCH, returnId=return_id, after=first["cursor"])
            second = (await phone.next())["refundUpdates"]
    assert int(first["cursor"]) < int(second["cursor"])


async def test_a_token_in_the_header_ends_the_socket_as_well(server: World) -> None:
    shopper = await create_shopper(server.db)
    headers = {"Authorization": f"Bearer {brief(server, shopper)}"}
    async with bare_socket(server, additional_headers=headers) as phone:
        await phone.send(type="connection_init")
        assert await phone.receive() == {"type": "connection_ack"}
        assert await close_code(phone.connection) == EXPIRED


async def test_the_token_of_the_init_decides_the_expiry(server: World) -> None:
    shopper = await create_shopper(server.db)
    headers = {"Authorization": f"Bearer {brief(server, shopper)}"}
    async with bare_socket(server, additional_headers=headers) as phone:
        await phone.send(type="connection_init", payload={"token": server.token(shopper)})
        assert await phone.receive() == {"type": "connection_ack"}
        time_left = time.monotonic() + SOON_S + 0.2
        while time.monotonic() < time_left:
            result = await result_of(phone, "{ viewer { id } }")
            assert result == {"data": {"viewer": {"id": shopper}}}
