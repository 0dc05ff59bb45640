"""GET: which responses may be cached, by whom, and their ETags."""

import httpx
import pytest

from tests.support.factories import create_order, create_shopper
from tests.support.persisted_documents import get_payload, hash_of, persisted_query, post_payload
from tests.support.raw_client import GRAPHQL_JSON, VIEWER, http_client
from tests.support.shared_world import SharedWorld, shared_loop
from tests.support.world import START, World

VARY = "Authorization, Accept-Language, Accept"
ORDERS = "{ viewer { orders { totalCount } } }"


@shared_loop
async def test_a_get_is_privately_cacheable_and_revalidates_with_304(
    shared: SharedWorld,
) -> None:
    await post_payload(shared, query=VIEWER, **persisted_query(hash_of(VIEWER)))
    first = await get_payload(shared, **persisted_query(hash_of(VIEWER)))
    assert first.json() == {"data": {"viewer": {"id": shared.shopper}}}
    assert first.headers["cache-control"] == "private, no-cache"
    assert first.headers["vary"] == VARY
    etag = first.headers["etag"]
    assert etag.startswith('"')
    for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        again = await get_payload(
            shared, {"If-None-Match": known}, **persisted_query(hash_of(VIEWER))
        )
        assert (again.status_code, again.content) == (304, b"")
        kept = {name: again.headers[name] for name in ("etag", "cache-control", "vary")}
        assert kept == {"etag": etag, "cache-control": "private, no-cache", "vary": VARY}
    other = await get_payload(
        shared, {"If-None-Match": '"other"'}, **persisted_query(hash_of(VIEWER))
    )
    assert (other.status_code, other.json()) == (200, first.json())


@shared_loop
async def test_head_has_the_headers_of_get_and_no_body(shared: SharedWorld) -> None:
    """Every server has HEAD (RFC 9110, 9.1): the headers of GET."""
    headers = {"Authorization": f"Bearer {shared.token}", "Accept": GRAPHQL_JSON}
    for query, status in ((VIEWER, 200), ("{ nope }", 400), ("mutation { __typename }", 405)):
        async with http_client(shared.world) as http:
            got_one = await http.get("/graphql", params={"query": query}, headers=headers)
            head = await http.head("/graphql", params={"query": query}, headers=headers)
        assert (head.status_code, head.content) == (status, b"")
        assert _comparable_headers(head) == _comparable_headers(got_one)


def _comparable_headers(answer: httpx.Response) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name != "date"}


@shared_loop
async def test_each_shopper_and_media_type_has_its_own_etag(shared: SharedWorld) -> None:
    other = SharedWorld(shared.world, await create_shopper(shared.world.db))
    answers = [
        await get_payload(shared, query=VIEWER),
        await get_payload(other, query=VIEWER),
        await get_payload(shared, {"Accept": GRAPHQL_JSON}, query=VIEWER),
    ]
    assert len({answer.headers["etag"] for answer in answers}) == 3
    elsewhere = await get_payload(
        other, {"If-None-Match": answers[0].headers["etag"]}, query=VIEWER
    )
    assert elsewhere.json() == {"data": {"viewer": {"id": other.shopper}}}


async def test_an_etag_is_good_until_the_answer_changes(server: World) -> None:
    shared = SharedWorld(server, await create_shopper(server.db))
    known = {"If-None-Match": (await get_payload(shared, query=ORDERS)).headers["etag"]}
    assert (await get_payload(shared, known, query=ORDERS)).status_code == 304
    await create_order(server.db, shared.shopper, received_at=START)
    changed = await get_payload(shared, known, query=ORDERS)
    assert changed.json() == {"data": {"viewer": {"orders": {"totalCount": 1}}}}


@shared_loop
@pytest.mark.parametrize(
    ("document", "status"),
    [
        ("{ nope }", 200),
        ("{ viewer { id } pickupSlots { id } }", 200),
        ("subscription { refundUpdates(returnId: 1) { at } }", 400),
        ("mutation { __typename }", 405),
        ("", 400),
    ],
)
async def test_errors_are_not_cacheable(shared: SharedWorld, document: str, status: int) -> None:
    answer = await get_payload(shared, {"If-None-Match": "*"}, query=document)
    assert answer.status_code == status
    assert answer.json()["errors"]
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers


@shared_loop
async def test_an_unauthorized_response_is_not_cacheable(shared: SharedWorld) -> None:
    answer = await get_payload(
        shared, {"Authorization": "Bearer x", "If-None-Match": "*"}, query=VIEWER
    )
    assert (answer.status_code, answer.headers["cache-control"]) == (401, "no-store")
