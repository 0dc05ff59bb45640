"""The laws of the books hold after every test."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import String

from bff.audit import auditor, debts, ledger, lines, payments, refunds
from bff.audit.law import Law, RowLaw, Span
from bff.audit.laws import LAWS
from bff.db.database import Database
from bff.db.form import Form
from bff.db.postgresql.database import PostgresqlDatabase
from bff.db.postgresql.form import FORM as POSTGRESQL
from bff.db.sqlite.form import FORM
from tests.support.engines import rows_of

ROW_LAWS = tuple(law for law in LAWS if isinstance(law, RowLaw))
ALL_TEXTS = Span("", "\U0010ffff")
ALL_NUMBERS = Span(0, 1 << 62)
AT_ONCE = 8


def _count(law: RowLaw, form: Form = FORM) -> str:
    """Of what breaks it, anywhere."""
    whole = ALL_TEXTS if isinstance(law.key.type, String) else ALL_NUMBERS
    literally = {"literal_binds": True}
    rows = law.wrong.params(**whole._asdict())
    wrong = rows.compile(dialect=form.dialect, compile_kwargs=literally)
    return f"(SELECT count(*) FROM ({wrong}) AS wrong)"


# For those who look over a connection of sqlite3's own
COUNTS_SQL = f"SELECT {', '.join(map(_count, ROW_LAWS))}"


# What also holds where a test has moved one part of a return alone
OF_PARTS = (
    *ledger.LAWS,
    payments.ONE_PAYMENT,
    payments.IN_LEDGER,
    refunds.REFUNDED,
    *debts.LAWS,
    *lines.LAWS,
)


async def check_invariants(db: Database, laws: Sequence[Law] = LAWS) -> None:
    """The auditor looks where anything is suspicious: each time would take too long."""
    if not await _is_suspicious(db, tuple(laws)):
        return
    judgements = await auditor.audit(db, laws)
    findings = [finding for judgement in judgements for finding in judgement.findings]
    if findings:
        raise AssertionError("\n".join(map(str, findings)))


async def _is_suspicious(db: Database, laws: tuple[Law, ...]) -> bool:
    form = POSTGRESQL if isinstance(db, PostgresqlDatabase) else FORM
    there, *wrong = [count for sql in _counts(laws, form) for count in await _row(db, sql)]
    if any(wrong):
        return True
    others = [law for law in laws if not isinstance(law, RowLaw)] if there else ()
    for law in others:
        async with db.snapshot() as connection:
            if await law.look(connection, ALL_TEXTS, db.caches):
                return True
    return False


async def _row(db: Database, sql: str) -> Sequence[Any]:
    """The first; on a lent database over a connection that has planned the statement before."""
    rows = rows_of(db.url, sql) if isinstance(db, PostgresqlDatabase) else None
    if rows:
        return rows[0]
    async with db.read() as connection:
        result: Sequence[Any] = (await connection.execute(sql)).one()
        return result


@cache
def _counts(laws: tuple[Law, ...], form: Form) -> list[str]:
    """How many returns there are; then, by law, what breaks it. asyncpg keeps statements of up to
    15 kB prepared."""
    counts = [_count(law, form) for law in laws if isinstance(law, RowLaw)]
    counts = ["(SELECT count(*) FROM returns) AS there"] + [
        f"{count} AS law_{number}" for number, count in enumerate(counts)
    ]
    return [f"SELECT {', '.join(counts[n : n + AT_ONCE])}" for n in range(0, len(counts), AT_ONCE)]
