"""What may be kept of an answer that was got, and by whom."""

import httpx
import pytest

from tests.support.factories import create_order, create_shopper
from tests.support.hostile import GRAPHQL_JSON, VIEWER, Shown, shared, wire
from tests.support.persisted import got, hash_of, persisted, sent
from tests.support.world import START, World

VARY = "Authorization, Accept-Language, Accept"
ORDERS = "{ viewer { orders { totalCount } } }"


@shared
async def test_what_is_got_is_kept_privately_and_asked_for_again_at_no_cost(shown: Shown) -> None:
    await sent(shown, query=VIEWER, **persisted(hash_of(VIEWER)))
    first = await got(shown, **persisted(hash_of(VIEWER)))
    assert first.json() == {"data": {"viewer": {"id": shown.shopper}}}
    assert first.headers["cache-control"] == "private, no-cache"
    assert first.headers["vary"] == VARY
    etag = first.headers["etag"]
    assert etag.startswith('"')
    for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        again = await got(shown, {"If-None-Match": known}, **persisted(hash_of(VIEWER)))
        assert (again.status_code, again.content) == (304, b"")
        kept = {name: again.headers[name] for name in ("etag", "cache-control", "vary")}
        assert kept == {"etag": etag, "cache-control": "private, no-cache", "vary": VARY}
    other = await got(shown, {"If-None-Match": '"other"'}, **persisted(hash_of(VIEWER)))
    assert (other.status_code, other.json()) == (200, first.json())


@shared
async def test_what_can_be_got_can_be_asked_for_without_its_body(shown: Shown) -> None:
    """Every server has HEAD (RFC 9110, 9.1), and tells by it what GET would."""
    headers = {"Authorization": f"Bearer {shown.token}", "Accept": GRAPHQL_JSON}
    for query, status in ((VIEWER, 200), ("{ nope }", 400), ("mutation { __typename }", 405)):
        async with wire(shown.world) as http:
            got_one = await http.get("/graphql", params={"query": query}, headers=headers)
            head = await http.head("/graphql", params={"query": query}, headers=headers)
        assert (head.status_code, head.content) == (status, b"")
        assert _told(head) == _told(got_one)


def _told(answer: httpx.Response) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name != "date"}


@shared
async def test_each_shopper_and_type_has_an_etag_of_its_own(shown: Shown) -> None:
    other = Shown(shown.world, await create_shopper(shown.world.db))
    answers = [
        await got(shown, query=VIEWER),
        await got(other, query=VIEWER),
        await got(shown, {"Accept": GRAPHQL_JSON}, query=VIEWER),
    ]
    assert len({answer.headers["etag"] for answer in answers}) == 3
    elsewhere = await got(other, {"If-None-Match": answers[0].headers["etag"]}, query=VIEWER)
    assert elsewhere.json() == {"data": {"viewer": {"id": other.shopper}}}


async def test_an_etag_is_good_until_the_answer_changes(server: World) -> None:
    shown = Shown(server, await create_shopper(server.db))
    known = {"If-None-Match": (await got(shown, query=ORDERS)).headers["etag"]}
    assert (await got(shown, known, query=ORDERS)).status_code == 304
    await create_order(server.db, shown.shopper, received_at=START)
    changed = await got(shown, known, query=ORDERS)
    assert changed.json() == {"data": {"viewer": {"orders": {"totalCount": 1}}}}


@shared
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
async def test_errors_are_not_kept(shown: Shown, document: str, status: int) -> None:
    answer = await got(shown, {"If-None-Match": "*"}, query=document)
    assert answer.status_code == status
    assert answer.json()["errors"]
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers


@shared
async def test_what_nobody_may_see_is_not_kept(shown: Shown) -> None:
    answer = await got(shown, {"Authorization": "Bearer x", "If-None-Match": "*"}, query=VIEWER)
    assert (answer.status_code, answer.headers["cache-control"]) == (401, "no-store")
