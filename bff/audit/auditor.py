"""Looks for what is wrong in the books, a part of a table at a time, while others write."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field

from bff.audit.law import Finding, Law, Span, before_all, next_span
from bff.audit.laws import LAWS
from bff.db.database import Database

MANY = 5_000  # keys at a time: a part is read in one transaction, and held in memory
MAX_KEPT = 1_000  # findings of a law


@dataclass
class Judgement:
    """On one law: how many keys were looked at, and what breaks it; `more` are not listed."""

    law: str
    claim: str
    looked_at: int = 0
    findings: list[Finding] = field(default_factory=list)
    more: int = 0

    @property
    def holds(self) -> bool:
        return not self.findings

    def add(self, findings: Sequence[Finding]) -> None:
        room = MAX_KEPT - len(self.findings)
        self.findings += findings[:room]
        self.more += len(findings[room:])


Progress = Callable[[Judgement], None]


async def audit(
    db: Database,
    laws: Sequence[Law] = LAWS,
    many: int = MANY,
    progress: Progress = lambda _: None,
) -> list[Judgement]:
    """In the order of the laws. `progress` is called after each part."""
    return [await _judge(db, law, many, progress) for law in laws]


async def _judge(db: Database, law: Law, many: int, progress: Progress) -> Judgement:
    judgement = Judgement(law.name, law.claim)
    progress(judgement)
    async for span, count in _spans(db, law, many):
        suspects = {one.key for one in await _look(db, law, span)}
        for key in sorted(suspects):  # again: it may have been put right by now
            judgement.add(await _look(db, law, Span(key, key)))
        judgement.looked_at += count
        progress(judgement)
    return judgement


async def _look(db: Database, law: Law, span: Span) -> list[Finding]:
    async with db.snapshot() as connection:
        return await law.look(connection, span, db.caches)


async def _spans(db: Database, law: Law, many: int) -> AsyncIterator[tuple[Span, int]]:
    statement, after = next_span(law.key), before_all(law.key)
    while True:
        async with db.read() as connection:
            values = {"after": after, "many": many}
            [(first, last, count)] = await connection.execute(statement, values)
        if not count:
            return
        yield Span(first, last), count
        after = last
