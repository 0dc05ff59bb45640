"""Heads without end: who sends one is hung up on, and nobody else."""

import pytest

from bff.edge.heads import MOST_HEAD_BYTES
from tests.graphql.hostile import VIEWER, Shown, body_of, shared, talk

PIECE = b"a" * 10_000
MANY = 50
GET = b"GET /graphql?query=%7B__typename%7D HTTP/1.1\r\nHost: x\r\n"
LAST = b"Connection: close\r\n\r\n"
POST = b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
ENDLESS: dict[str, tuple[bytes, bytes]] = {
    "URL": (b"GET /graphql?query=", PIECE),
    "headers": (GET, b"X: %b\r\n" % PIECE),
    "value": (GET + b"X: ", PIECE),
    "extension of a chunk": (POST + CHUNKED + b"\r\n1;", PIECE),
    "trailers": (POST + CHUNKED + b"\r\n1\r\n{\r\n0\r\n", b"X: %b\r\n" % PIECE),
}


@shared
@pytest.mark.parametrize("name", ENDLESS)
async def test_a_head_that_does_not_end_is_cut_off(shown: Shown, name: str) -> None:
    first, more = ENDLESS[name]
    _, taken = await talk(shown.world.base, [first, *[more] * MANY])
    assert MOST_HEAD_BYTES // len(PIECE) < taken < MANY / 2


@shared
async def test_who_says_too_much_is_told_431(shown: Shown) -> None:
    pieces = [PIECE] * (MOST_HEAD_BYTES // len(PIECE) + 1)
    answer, _ = await talk(shown.world.base, [GET + b"X: ", *pieces])
    assert answer.startswith(b"HTTP/1.1 431 ")


@shared
async def test_heads_may_be_long_and_many(shown: Shown) -> None:
    pieces = [PIECE] * (MOST_HEAD_BYTES // len(PIECE))
    answer, _ = await talk(shown.world.base, [GET + b"X: ", *pieces, b"\r\n" + LAST])
    assert answer.startswith(b"HTTP/1.1 200 OK")
    answer, _ = await talk(shown.world.base, [*[GET + b"X: %b\r\n\r\n" % PIECE] * MANY, GET + LAST])
    assert answer.count(b"HTTP/1.1 200 OK") == MANY + 1


@shared
async def test_a_body_may_come_in_the_smallest_of_chunks(shown: Shown) -> None:
    body = body_of(VIEWER, {}).ljust(15_000)
    chunks = [b"1\r\n%b\r\n" % body[at : at + 1] for at in range(len(body))]
    together = [b"".join(chunks[at : at + 1_000]) for at in range(0, len(chunks), 1_000)]
    answer, _ = await talk(shown.world.base, [POST + CHUNKED + LAST, *together, b"0\r\n\r\n"])
    assert answer.startswith(b"HTTP/1.1 200 OK")
