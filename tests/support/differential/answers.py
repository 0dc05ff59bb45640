"""Two executors on the same files, and the results of each."""

import re
import shutil
import sqlite3
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson

from bff.core.ids import NewId, new_id
from bff.db.sqlite.database import READERS, SqliteDatabase
from bff.domain.evidence.links import Links, Signer
from bff.graphql.context import Context
from bff.graphql.engine.documents import OperationError
from bff.graphql.engine.engine import Engine, GraphQLRequest
from bff.graphql.engine.response import GraphQLResponse
from tests.support.differential.case import MUTATION, Case, Request
from tests.support.recording_subscribers import read_events
from tests.support.world import FakeClock

LINKS = Links(Signer("a secret that is only known to the tests"), "http://shop.example")
MAX_EVENTS = 3
FAULT = re.compile(r"Fault [0-9a-f]+")


@dataclass(frozen=True)
class Result:
    """An answer, without what is another each time. `raised`: why there is none.

    Or `rows`: what the tables are like.
    """

    data: str | None = None
    errors: tuple[str, ...] = ()
    executed: bool = True
    raised: str | None = None
    rows: str | None = None
    planned: bool = field(default=False, compare=False)

    @property
    def good(self) -> bool:
        return self.raised is None and not self.errors


def comparable_result(answer: GraphQLResponse) -> Result:
    """Errors may come in any order; the fields of the data may not."""
    body = orjson.loads(answer.body)
    errors = sorted(map(_plain, body.pop("errors", ())))
    own_errors = sorted(_plain(orjson.loads(orjson.dumps(error))) for error in answer.errors)
    assert errors == own_errors, "the response's own errors are not those in its body"
    return Result(
        orjson.dumps(body).decode(), tuple(errors), answer.executed, planned=answer.planned
    )


def _plain(error: Any) -> str:
    """In the order of its keys, and without the fault's own id."""
    if error.get("extensions", {}).get("code") == "FAULT":
        error["extensions"]["id"] = "any"
    text = orjson.dumps(error, option=orjson.OPT_SORT_KEYS).decode()
    return FAULT.sub("Fault any", text)


class Town:
    """A file, at the moment to which it has come."""

    def __init__(self, path: Path, at: datetime, make_id: NewId = new_id) -> None:
        self.at = at
        self.clock = FakeClock(at)
        self.db = SqliteDatabase(path, self.clock, make_id)

    async def warm(self) -> None:
        """Open the connections: that takes any time, and so changes which fault comes first."""
        async with AsyncExitStack() as all_of_them:
            for _ in range(READERS):
                _ = await all_of_them.enter_async_context(self.db.read())

    def context(self, request: Request) -> Context:
        self.clock.at = self.at + request.later
        return Context(self.db, lambda: LINKS, request.shopper, request.language)


class Side:
    """One of the two executors, with connections of its own."""

    def __init__(self, folder: Path, at: datetime, engine: Engine) -> None:
        self._engine = engine
        self._folder = folder
        self._at = at
        self._towns: dict[str, Town] = {}

    async def answers(self, case: Case) -> tuple[Result, ...]:
        """The results of the requests in turn; after a mutation's, the tables."""
        if case.kind == MUTATION:
            return await self._changes(case)
        if case.town not in self._towns:
            self._towns[case.town] = Town(self._folder / f"{case.town}.sqlite3", self._at)
            await self._towns[case.town].warm()
        return await self._all(case, self._towns[case.town])

    async def _changes(self, case: Case) -> tuple[Result, ...]:
        """In a copy of the town."""
        with TemporaryDirectory(dir=self._folder) as folder:
            path = Path(shutil.copy(self._folder / f"{case.town}.sqlite3", folder))
            town = Town(path, self._at, Ids())
            try:
                return (*await self._all(case, town), Result(rows=rows(path)))
            finally:
                await town.db.close()

    async def _all(self, case: Case, town: Town) -> tuple[Result, ...]:
        return tuple(
            [one for request in case.requests for one in await self._one(case, request, town)]
        )

    async def _one(self, case: Case, request: Request, town: Town) -> list[Result]:
        graphql_request = GraphQLRequest(case.query, request.variables, request.name)
        try:
            begun = await self._engine.begin(graphql_request, town.context(request))
        except OperationError as error:
            return [Result(raised=f"{type(error).__name__}: {error}")]
        if isinstance(begun, GraphQLResponse):
            return [comparable_result(begun)]
        return [
            comparable_result(await begun.response(event, town.context(request)))
            for event in (await read_events(town.db, begun))[:MAX_EVENTS]
        ]

    async def close(self) -> None:
        for town in self._towns.values():
            await town.db.close()


class Ids:
    """In the order in which they are made, and unlike those that are there."""

    def __init__(self) -> None:
        self._made = 0

    def __call__(self, prefix: str, _now: datetime) -> str:
        self._made += 1
        return f"{prefix}_new{self._made:05}"


def rows(path: Path) -> str:
    """Of every table, in short."""
    with closing(sqlite3.connect(path)) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return "\n".join(f"{name}: {_digest(connection, name)}" for (name,) in names)


def _digest(connection: sqlite3.Connection, table: str) -> str:
    found = connection.execute(f"SELECT * FROM {table}").fetchall()
    return f"{len(found)} {sha256(repr(found).encode()).hexdigest()[:8]}"
