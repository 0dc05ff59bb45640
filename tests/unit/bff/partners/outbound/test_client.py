"""One signed call: what a partner reads of it, and what is made of the response."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bff.core.signatures import Keys, SignedMessage, readable_secret
from bff.jobs.delivery import PartnerError, RefusedCallError
from bff.partners.outbound.client import (
    MAX_RESPONSE_BYTES,
    PartnerClient,
    PartnerRequest,
    PartnerResponse,
)
from tests.support.partner_servers import (
    PartnerServer,
    accept,
    respond_with,
    serve_partner,
    without_response,
)
from tests.support.program import free_port
from tests.support.world import START, FakeClock

KEYS = Keys(readable_secret("long enough for a key of a partner"))
REQUEST = PartnerRequest("key-1", "pickup.requested", START, {"pickupId": "pic_1"})
TIMEOUT_S = 0.5


def client_for(url: str) -> PartnerClient:
    return PartnerClient("courier", url, KEYS, FakeClock(), TIMEOUT_S)


@asynccontextmanager
async def connected(*script: Any) -> AsyncIterator[tuple[PartnerServer, PartnerClient]]:
    server = PartnerServer(accept, [*script])
    async with serve_partner(server) as url:
        client = client_for(url)
        yield server, client
        await client.close()


async def test_a_call_is_signed_and_has_its_key_and_the_moment_of_its_event() -> None:
    async with connected() as (server, client):
        await client.deliver(REQUEST)
    [(headers, body)] = server.calls
    message = SignedMessage(
        headers["webhook-id"],
        headers["webhook-timestamp"],
        headers["webhook-signature"],
        body.decode(),
    )
    assert KEYS.verify(message, START) == headers["idempotency-key"] == "key-1"
    assert server.bodies == [
        {
            "type": "pickup.requested",
            "timestamp": "2026-03-10T02:00:00.000+00:00",
            "data": {"pickupId": "pic_1"},
        }
    ]


@pytest.mark.parametrize("status", [200, 204, 404, 500])
async def test_a_response_is_given_whatever_its_status(status: int) -> None:
    async with connected(respond_with(status)) as (_, client):
        assert await client.send(REQUEST) == PartnerResponse(status, b"")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, RefusedCallError),
        (404, RefusedCallError),
        (422, RefusedCallError),
        (408, PartnerError),
        (409, PartnerError),
        (429, PartnerError),
        (302, PartnerError),
        (500, PartnerError),
        (503, PartnerError),
    ],
)
async def test_only_an_error_of_ours_that_stays_one_is_not_tried_again(
    status: int, kind: type[PartnerError]
) -> None:
    async with connected(respond_with(status)) as (_, client):
        with pytest.raises(PartnerError, match=f"^courier answered {status}$") as raised:
            await client.deliver(REQUEST)
    assert type(raised.value) is kind


async def test_a_status_that_is_accepted_is_as_good_as_a_success() -> None:
    async with connected(respond_with(404), respond_with(410)) as (_, client):
        await client.deliver(REQUEST, accept=(404, 410))
        await client.deliver(REQUEST, accept=(404, 410))


async def test_a_partner_that_does_not_answer_in_time_is_an_error() -> None:
    async with connected(without_response(accept)) as (_, client):
        with pytest.raises(PartnerError, match="courier: ReadTimeout: no answer"):
            await client.send(REQUEST)


async def test_a_partner_that_cannot_be_reached_is_an_error() -> None:
    client = client_for(f"http://127.0.0.1:{free_port()}/calls")
    with pytest.raises(PartnerError, match="courier: ConnectError: "):
        await client.send(REQUEST)
    await client.close()


async def test_a_response_beyond_the_limit_is_an_error() -> None:
    most, more = (
        respond_with(200, b"x" * size) for size in (MAX_RESPONSE_BYTES, MAX_RESPONSE_BYTES + 1)
    )
    async with connected(most, more) as (_, client):
        assert len((await client.send(REQUEST)).body) == MAX_RESPONSE_BYTES
        with pytest.raises(PartnerError, match="an answer of over 64000 bytes"):
            await client.send(REQUEST)


async def test_a_closed_client_opens_its_connection_again() -> None:
    async with connected() as (server, client):
        await client.send(REQUEST)
        await client.close()
        await client.close()
        await client.send(REQUEST)
    assert len(server.calls) == 2
