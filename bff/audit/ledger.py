"""The ledger: it sums to zero, and what it says of each account is what the rest says."""

from typing import Any

from sqlalchemy import case, exists, func, select

from bff.audit.law import RowLaw, Words, money, within
from bff.db.tables import ledger_entries, payments, pickups, refunds
from bff.domain.payments.model import ADVANCES
from bff.domain.refunds.model import AdvanceStatus

_entry = ledger_entries.c
_total = func.sum(_entry.amount_minor)


def _sums_to_zero(row: Any) -> Words:
    return Words(f"a sum of {money(0, row.currency)}", money(row.total, row.currency))


POSTINGS = RowLaw(
    name="postings",
    claim="Each posting of the ledger sums to zero.",
    key=_entry.subject_id,
    wrong=select(
        _entry.subject_id.label("key"),
        _entry.subject_id.label("subject"),
        _entry.posting,
        _entry.currency,
        _total.label("total"),
    )
    .where(within(_entry.subject_id))
    .group_by(_entry.subject_id, _entry.posting, _entry.currency)
    .having(_total != 0),
    ids=("subject", "posting"),
    words=_sums_to_zero,
)
CURRENCIES = RowLaw(
    name="currencies",
    claim="All entries of a currency sum to zero.",
    key=_entry.currency,
    wrong=select(_entry.currency.label("key"), _entry.currency, _total.label("total"))
    .where(within(_entry.currency))
    .group_by(_entry.currency)
    .having(_total != 0),
    ids=("currency",),
    words=_sums_to_zero,
)
_known = [exists().where(table.c.id == _entry.subject_id) for table in (refunds, pickups, payments)]
SUBJECTS = RowLaw(
    name="ledger subjects",
    claim="Each posting is about a refund, a pickup or a payment that is there.",
    key=_entry.subject_id,
    wrong=select(_entry.subject_id.label("key"), _entry.subject_id.label("subject"), _entry.posting)
    .where(within(_entry.subject_id), *(~one for one in _known))
    .distinct(),
    ids=("subject", "posting"),
    words=lambda _: Words("a refund, a pickup or a payment with this id", "none"),
)

# What an advance takes from the platform is back once the merchant or the shopper owes it instead.
_out = refunds.c.advance.in_((AdvanceStatus.ADVANCED, AdvanceStatus.MERCHANT_REFUSED_GOODS))
_given = (
    select(func.coalesce(-_total, 0))
    .where(_entry.subject_id == refunds.c.id, _entry.account == ADVANCES)
    .scalar_subquery()
)
_advance = (
    select(
        refunds.c.id,
        refunds.c.return_id,
        refunds.c.advance,
        refunds.c.currency,
        case((_out, refunds.c.amount_minor), else_=0).label("expected"),
        _given.label("found"),
    )
    .where(within(refunds.c.id))
    .subquery("advance")
    .c
)
ADVANCES_OUT = RowLaw(
    name="advances in the ledger",
    claim="The platform's account has given what is advanced and not settled, and nothing else.",
    key=refunds.c.id,
    wrong=select(
        _advance.id.label("key"),
        _advance.return_id,
        _advance.advance,
        _advance.currency,
        _advance.expected,
        _advance.found,
    ).where(_advance.expected != _advance.found),
    ids=("return_id",),
    words=lambda row: Words(
        f"{money(row.expected, row.currency)} of {ADVANCES} for an advance that is {row.advance}",
        money(row.found, row.currency),
    ),
)

LAWS = (POSTINGS, CURRENCIES, SUBJECTS, ADVANCES_OUT)
