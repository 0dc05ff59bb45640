"""The laws of the books hold after every test."""

from collections.abc import Sequence

from sqlalchemy import String

from bff.audit import auditor, debts, ledger, lines, payments, refunds
from bff.audit.law import Law, RowLaw
from bff.audit.laws import LAWS
from bff.db.database import Database
from bff.db.sqlite.form import FORM

ROW_LAWS = [law for law in LAWS if isinstance(law, RowLaw)]
ALL_TEXTS = {"first": "", "last": "\U0010ffff"}
ALL_NUMBERS = {"first": 0, "last": 1 << 62}


def _count(law: RowLaw) -> str:
    """Of what breaks it, anywhere."""
    whole = ALL_TEXTS if isinstance(law.key.type, String) else ALL_NUMBERS
    literally = {"literal_binds": True}
    wrong = law.wrong.params(**whole).compile(dialect=FORM.dialect, compile_kwargs=literally)
    return f"(SELECT count(*) FROM ({wrong}))"


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
    judgements = await auditor.audit(db, laws)
    findings = [finding for judgement in judgements for finding in judgement.findings]
    if findings:
        raise AssertionError("\n".join(map(str, findings)))
