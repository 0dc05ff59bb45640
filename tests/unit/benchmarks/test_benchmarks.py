"""What the benchmarks rest on: rows as the program would write them, frames counted right."""

import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.progress import Progress

from benchmarks import files, rows
from benchmarks.cold import never_seen
from benchmarks.http_client import operation
from benchmarks.limits import LIMITS, judged
from benchmarks.rows import Mix
from benchmarks.sockets import PING, PONG, TEXT, SocketError, Subscriber, framed
from bff.db.database import Database
from bff.domain.policy.file import read_policies
from bff.domain.returns.rules.returnability import Subject, assess
from bff.domain.returns.subjects import subjects_of_order
from bff.domain.stars.scorecard import level_for
from bff.services import open_services
from bff.settings import PACKAGED_POLICY
from tests.support.database import folded
from tests.support.invariants import check_invariants

SCORECARD = read_policies(PACKAGED_POLICY)[0].scorecard


async def filled(path: Path, mix: Mix) -> Path:
    services = await open_services(files.settings_for(path))
    await services.db.close()
    with Progress(disable=True) as progress:
        rows.fill(path, mix, progress)
    return path


async def _subjects(db: Database, shopper: str, order: str) -> list[Subject]:
    return await db.write(lambda tx: subjects_of_order(tx, shopper, order))


async def answers(path: Path, mix: Mix) -> dict[str, set[bool]]:
    """By what can happen to a line: whether it does, in the file."""
    services = await open_services(files.settings_for(path))
    found: dict[str, set[bool]] = {"returnable": set(), "express": set(), "held": set()}
    for number in range(mix.orders):
        shopper = rows.shopper_id(number % mix.shoppers)
        order = f"ord_{rows.PREFIX}{number:0{rows.DIGITS}}"
        for one in await _subjects(services.db, shopper, order):
            answer = assess(one, None, rows.MORNING)
            found["returnable"].add(answer.returnable)
            found["express"].add(answer.express)
            found["held"].add(one.held.quantity > 0)
    try:
        await check_invariants(services.db)
    finally:
        await services.db.close()
    return found


async def test_rows_of_a_life_hold_all_that_can_become_of_a_line(tmp_path: Path) -> None:
    mix = Mix(500)
    found = await answers(await filled(tmp_path / "life.sqlite3", mix), mix)
    assert found == {key: {True, False} for key in found}


async def test_every_line_for_taps_is_approved_at_once(tmp_path: Path) -> None:
    mix = Mix(500, express=True)
    found = await answers(await filled(tmp_path / "taps.sqlite3", mix), mix)
    assert found == {"returnable": {True}, "express": {True}, "held": {False}}


async def test_filling_leaves_the_schema_as_it_was(tmp_path: Path) -> None:
    services = await open_services(files.settings_for(tmp_path / "empty.sqlite3"))
    await services.db.close()
    full = await filled(tmp_path / "full.sqlite3", Mix(100))
    assert schema(full) == schema(tmp_path / "empty.sqlite3")


SCHEMA = "SELECT name, sql FROM sqlite_master"


def schema(path: Path) -> set[tuple[str, str]]:
    with closing(sqlite3.connect(path)) as db:
        return {(name, folded(sql or "")) for name, sql in db.execute(SCHEMA)}


@pytest.mark.parametrize("level", range(1, 6))
def test_factors_come_to_their_level(level: int) -> None:
    points = sum(part["points"] for part in orjson.loads(rows.factors(level)))
    assert level_for(points, SCORECARD) == level


@pytest.fixture
def pair() -> Iterator[tuple[Subscriber, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield Subscriber(ours), theirs


def sent(opcode: int, payload: bytes) -> bytes:
    """As a server sends it: without a mask."""
    masked = framed(opcode, payload)
    head = 2 if len(payload) < 126 else 4
    return bytes([masked[0], masked[1] & 0x7F]) + masked[2:head] + payload


@given(st.lists(st.binary(max_size=300)), st.integers(1, 40))
def test_frames_are_counted_however_they_are_cut(payloads: list[bytes], size: int) -> None:
    stream = b"".join(sent(TEXT, payload) for payload in payloads)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        subscriber = Subscriber(ours)
        for begin in range(0, len(stream), size):
            subscriber.take(stream[begin : begin + size])
    assert subscriber.received_count == len(payloads)
    assert subscriber.last == (payloads[-1] if payloads else b"")


def test_a_ping_is_answered_and_is_no_news(pair: tuple[Subscriber, socket.socket]) -> None:
    subscriber, server = pair
    subscriber.take(sent(PING, b"there?"))
    assert server.recv(100) == framed(PONG, b"there?")
    assert subscriber.received_count == 0


def test_who_is_cut_off_says_so(pair: tuple[Subscriber, socket.socket]) -> None:
    with pytest.raises(SocketError, match="too slow"):
        pair[0].take(sent(0x8, b"too slow"))


def test_a_cold_document_is_another_each_time() -> None:
    assert len({operation("home"), *(never_seen() for _ in range(3))}) == 4


def test_a_limit_without_its_figure_is_missed() -> None:
    parts = {limit.part for limit in LIMITS}
    assert not any(held.holds for held in judged({}, parts))
