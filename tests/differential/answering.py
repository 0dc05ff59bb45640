"""Two executors on the same files, and what each answers."""

import re
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from bff.context import Context
from bff.db.database import READERS, Database
from bff.documents import WrongRequestError
from bff.evidence.links import Links, Signer
from bff.execution import Answer, Asked, Runner
from bff.policy.store import PolicyBook
from tests.differential.case import Asking
from tests.world import FakeClock

LINKS = Links(Signer("a secret that is only known to the tests"), "http://shop.example")
FAULT = re.compile(r"Fault [0-9a-f]+")


@dataclass(frozen=True)
class Told:
    """An answer, without what is another each time. `raised`: why there is none."""

    data: str | None = None
    errors: tuple[str, ...] = ()
    executed: bool = True
    raised: str | None = None
    planned: bool = field(default=False, compare=False)

    @property
    def good(self) -> bool:
        return self.raised is None and not self.errors


def told(answer: Answer) -> Told:
    """Errors may come in any order; the fields of the data may not."""
    body = orjson.loads(answer.body)
    errors = sorted(map(_plain, body.pop("errors", ())))
    shown = sorted(_plain(orjson.loads(orjson.dumps(error))) for error in answer.errors)
    assert errors == shown, "what is told of the answer is not what is in it"
    return Told(orjson.dumps(body).decode(), tuple(errors), answer.executed, None, answer.planned)


def _plain(error: Any) -> str:
    """In the order of its keys, and without the fault's own id."""
    if error.get("extensions", {}).get("code") == "FAULT":
        error["extensions"]["id"] = "any"
    text = orjson.dumps(error, option=orjson.OPT_SORT_KEYS).decode()
    return FAULT.sub("Fault any", text)


class Town:
    """A file, at the moment to which it has come."""

    def __init__(self, path: Path, at: datetime) -> None:
        self.at = at
        self.clock = FakeClock(at)
        self.db = Database(path, self.clock)
        self.book = PolicyBook()
        self._warm = False

    async def warm(self) -> None:
        """Open the connections: that takes any time, and so changes which fault comes first."""
        if not self._warm:
            self._warm = True
            async with AsyncExitStack() as all_of_them:
                for _ in range(READERS):
                    _ = await all_of_them.enter_async_context(self.db.read())

    def context(self, asking: Asking) -> Context:
        self.clock.at = self.at + asking.later
        return Context(self.db, self.book, lambda: LINKS, asking.shopper, asking.language)


class Side:
    """One of the two, with connections of its own."""

    def __init__(self, files: Mapping[str, Path], at: datetime, runner: Runner) -> None:
        self.runner = runner
        self._towns = {name: Town(path, at) for name, path in files.items()}

    async def answer(self, town: str, query: str, asking: Asking) -> Told:
        there = self._towns[town]
        await there.warm()
        asked = Asked(query, asking.variables, asking.name)
        try:
            return told(await self.runner.answer(asked, there.context(asking)))
        except WrongRequestError as error:
            return Told(raised=f"{type(error).__name__}: {error}")

    async def close(self) -> None:
        for town in self._towns.values():
            await town.db.close()
