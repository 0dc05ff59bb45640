"""What the platform's staff decide. The caller commits."""

from bff.core.report_errors import ImpossibleReportError, TooEarlyError
from bff.db.transaction import Tx
from bff.domain.returns.model import ReturnStatus, VisitsOutcome, Winner
from bff.domain.returns.reports.merchant import known_return
from bff.domain.returns.transitions.courier_failures import settle_visits
from bff.domain.returns.transitions.returns import let_refusal_stand, overrule


async def dispute_decided(tx: Tx, return_id: str, winner: Winner) -> bool:
    """Always True. Raises TooEarlyError before a dispute, ImpossibleReportError after its end."""
    this_return = await known_return(tx, return_id)
    if this_return.ended:
        raise ImpossibleReportError(f"the return is {this_return.status}")
    if this_return.status is not ReturnStatus.MERCHANT_REFUSED or this_return.disputed_at is None:
        raise TooEarlyError("the shopper's dispute")
    if winner is Winner.SHOPPER:
        await overrule(tx, this_return)
    else:
        await let_refusal_stand(tx, this_return)
    return True


async def visits_decided(tx: Tx, return_id: str, outcome: VisitsOutcome) -> bool:
    """Always True. Raises ImpossibleReportError where no visits in vain wait for a decision."""
    this_return = await known_return(tx, return_id)
    if this_return.status is not ReturnStatus.AWAITING_RETURN_SHIPMENT:
        raise ImpossibleReportError(f"the return is {this_return.status}")
    if this_return.visits_escalated_at is None:
        raise ImpossibleReportError("no visits in vain wait for a decision")
    await settle_visits(tx, this_return, outcome)
    return True
