from dataclasses import dataclass
from datetime import date, datetime

from bff.core.refusal import InvalidInput, Refusal
from bff.domain.returns.model import ReturnStatus
from bff.domain.returns.rules.returnability import Returnability
from bff.domain.returns.rules.table import RuleCode
from bff.locale.messages import N_


@dataclass(eq=False)
class NotReceived(Refusal):
    """The 7 days begin with the receipt of the goods."""


@dataclass(eq=False)
class CategoryNotReturnable(Refusal):
    category: str


@dataclass(eq=False)
class ReturnRightWaived(Refusal):
    """The shopper confirmed at purchase that the goods cannot be returned."""


@dataclass(eq=False)
class ReturnWindowClosed(Refusal):
    """`closed_on` was the last day, in Shanghai."""

    closed_on: date


@dataclass(eq=False)
class QuantityNotLeft(Refusal):
    requested: int
    left: int


@dataclass(eq=False)
class ReturnNotCancellable(Refusal):
    status: ReturnStatus


@dataclass(eq=False)
class ReturnNotAwaitingShipment(Refusal):
    """Pickups and waybills belong to an approved return whose goods are still with the shopper."""

    status: ReturnStatus


@dataclass(eq=False)
class WaybillUsed(Refusal):
    """Another return travels under this number."""

    waybill_number: str


@dataclass(eq=False)
class ParcelReceived(Refusal):
    """The merchant has the goods: whatever brought them, the waybill stays as it is."""

    received_at: datetime


@dataclass(eq=False)
class OrderShipped(Refusal):
    """The goods have left: they can be returned once they are received."""

    shipped_at: datetime


@dataclass(eq=False)
class ReturnNotDisputable(Refusal):
    """Nothing was refused, or staff have the dispute already."""

    status: ReturnStatus


@dataclass(eq=False)
class ReturnTakesNoPhotos(Refusal):
    """The return has ended."""

    status: ReturnStatus


@dataclass(eq=False)
class PhotoNotRemovable(Refusal):
    """The merchant, or staff, have decided by it."""

    status: ReturnStatus


@dataclass(eq=False)
class NothingOwed(Refusal):
    """No advance was taken back, or it is repaid."""


@dataclass(eq=False)
class RepaymentUnderWay(Refusal):
    """The payment service has not answered yet."""


def invalid_quantity(field: str, left: int) -> InvalidInput:
    """Of a number below 1."""
    if left > 1:
        return InvalidInput(field, N_("a whole number from 1 to {most}"), {"most": left})
    return InvalidInput(field, N_("a whole number from 1 up"))


def refusal_of(verdict: Returnability) -> Refusal:
    """Of the first rule that forbids returning at all: `verdict` is not returnable."""
    check = verdict.forbidding_check
    facts = check.facts
    match check.code:
        case RuleCode.RECEIVED:
            return NotReceived()
        case RuleCode.CATEGORY_RETURNABLE:
            return CategoryNotReturnable(str(facts["category"]))
        case RuleCode.RETURN_RIGHT_KEPT:
            return ReturnRightWaived()
        case RuleCode.WITHIN_SEVEN_DAYS:
            return ReturnWindowClosed(date.fromisoformat(str(facts["on"])))
        case RuleCode.QUANTITY_LEFT:
            return QuantityNotLeft(int(facts["asked"] or 0), int(facts["left"] or 0))
        case code:
            raise ValueError(f"{code} forbids no return")
