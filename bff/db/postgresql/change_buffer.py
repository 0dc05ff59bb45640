"""Changes that wait for the next statement, so that one round trip takes them all."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import UpdateBase

from bff.db.postgresql.form import FORM
from bff.db.statements import Compiled, Prepared

PLACE = re.compile(r"\$(\d+)")


class ChangeBuffer:
    """One of each table: parts of one statement do not see what the others change."""

    def __init__(self) -> None:
        self._changes: dict[Any, tuple[str, tuple[Any, ...]]] = {}

    def __bool__(self) -> bool:
        return bool(self._changes)

    def has_room(self, change: Prepared[Any]) -> bool:
        return _table(change) not in self._changes

    def add(self, change: Prepared[Any], values: Any) -> None:
        compiled = change.compiled(FORM)
        self._changes[_table(change)] = (compiled.sql, compiled.bind(values))

    def take(self) -> Compiled:
        """All as one statement, which has no rows."""
        changes, self._changes = self._changes, {}
        given = tuple(value for _, values in changes.values() for value in values)
        return Compiled(joined(*(sql for sql, _ in changes.values())), lambda _: given, None)


def _table(change: Prepared[Any]) -> Any:
    return cast("UpdateBase", change.statement).table


@lru_cache(256)
def joined(first: str, *others: str) -> str:
    """Changes as one statement, with the values of one behind those of the other."""
    if not others:
        return first
    parts, before = [], 0
    for number, sql in enumerate((first, *others)):
        places = [int(place) for place in PLACE.findall(sql)]
        parts.append(f"change_{number} AS ({PLACE.sub(_moved(before), sql)})")
        before += max(places, default=0)
    return f"WITH {', '.join(parts)} SELECT"


def _moved(by: int) -> Callable[[re.Match[str]], str]:
    return lambda place: f"${int(place[1]) + by}"
