"""All that must hold in the books."""

from bff.audit import deadlines, debts, events, ledger, lines, owners, payments, refunds, stars
from bff.audit.law import Law

LAWS: tuple[Law, ...] = (
    *ledger.LAWS,
    *payments.LAWS,
    *refunds.LAWS,
    *debts.LAWS,
    *lines.LAWS,
    *deadlines.LAWS,
    *stars.LAWS,
    *events.LAWS,
    *owners.LAWS,
)
