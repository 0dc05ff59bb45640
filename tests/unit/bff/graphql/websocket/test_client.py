"""A socket's client: its shopper and language, by the handshake and then the init message."""

import time
from typing import Any

import pytest

from bff.app import server_of, tokens_of
from bff.graphql.websocket.client import Client
from bff.http.auth import TokenError
from bff.http.headers import headers_of
from tests.support.world import World


def client(world: World, **headers: str) -> Client:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope: Any = {
        "type": "websocket",
        "scheme": "ws",
        "path": "/graphql",
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"here.example"), *raw],
    }
    return Client(server_of(world.services), scope, headers_of(scope))


def bearer(world: World, shopper_id: str) -> str:
    return f"Bearer {world.token(shopper_id)}"


def test_the_init_messages_token_overrides_the_handshakes(world: World) -> None:
    one = client(world, authorization=bearer(world, "sho_1"), accept_language="zh")
    assert (one.context().shopper_id, one.context().language) == ("sho_1", "zh")
    one.introduce({"Authorization": bearer(world, "sho_2"), "Accept-Language": "en"})
    assert (one.context().shopper_id, one.context().language) == ("sho_2", "en")
    one.introduce({"token": world.token("sho_3"), "acceptLanguage": "zh"})
    assert (one.context().shopper_id, one.context().language) == ("sho_3", "zh")


def test_the_handshakes_token_is_enough(world: World) -> None:
    one = client(world, authorization=bearer(world, "sho_1"))
    one.introduce({})
    assert one.context().shopper_id == "sho_1"
    expiry = tokens_of(world.services.settings).expiry_of(world.token("sho_1"))
    assert one.left_s() == pytest.approx(expiry - time.time(), abs=60)


@pytest.mark.parametrize("payload", [{}, {"token": 1}, {"token": ""}], ids=str)
def test_without_a_token_no_operation_may_begin(world: World, payload: dict[str, Any]) -> None:
    with pytest.raises(TokenError, match="Show a token"):
        client(world).introduce(payload)


def test_a_token_that_is_not_valid_is_refused(world: World) -> None:
    with pytest.raises(TokenError):
        client(world, authorization="Bearer x")
    with pytest.raises(TokenError):
        client(world).introduce({"token": "x"})


def test_equal_clients_are_one_audience(world: World) -> None:
    audiences = []
    for language in ("en", "en", "zh"):
        one = client(world, accept_language=language)
        one.introduce({"token": world.token("sho_1")})
        audiences.append(one.audience())
    assert audiences[0] == audiences[1] != audiences[2]
    assert audiences[0].base == "http://here.example"


def test_each_operation_has_a_context_of_its_own(world: World) -> None:
    one = client(world)
    assert one.context() is not one.context()
    assert one.context().loaders is not one.context().loaders
