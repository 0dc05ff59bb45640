"""Which pages may open a websocket."""

import pytest

from bff.graphql.websocket.origins import Origins

SHOP = "https://shop.example"


def admitted(*allowed: str, **headers: str) -> bool:
    raw = {name.replace("_", "-").encode(): value.encode() for name, value in headers.items()}
    return Origins(allowed).admit(raw)


def test_a_client_without_an_origin_is_no_browser() -> None:
    assert admitted(host="api.example")


def test_the_servers_own_pages_may() -> None:
    assert admitted(origin="http://api.example", host="api.example")
    assert admitted(origin=SHOP, host="api.example", sec_fetch_site="same-origin")
    assert not admitted(origin="http://api.example:81", host="api.example")


def test_other_pages_may_where_they_are_allowed() -> None:
    assert admitted(SHOP, origin=SHOP, host="api.example")
    assert admitted(SHOP, origin="HTTPS://Shop.example:443", host="api.example")
    assert admitted("*", origin="https://any.example", host="api.example")
    assert not admitted(origin=SHOP, host="api.example")
    assert not admitted(SHOP, origin="http://shop.example", host="api.example")
    assert not admitted(SHOP, origin="null", host="api.example")


def test_a_setting_that_is_no_origin_is_refused() -> None:
    with pytest.raises(ValueError, match="shop"):
        Origins(["shop"])
