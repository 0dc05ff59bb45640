"""What a merchant says with its approval: where the goods go, and who bears the freight."""

from dataclasses import dataclass
from typing import Any

from bff.core.report_errors import ImpossibleReportError
from bff.db.transaction import Tx
from bff.domain.orders.model import Address
from bff.domain.orders.store import keep_addresses
from bff.domain.pickups.bookings import PARCEL_CHANGED
from bff.domain.pickups.fees import pass_to_merchant
from bff.domain.pickups.model import FeePayer, Pickup, PickupStatus
from bff.domain.returns.model import Case, Return
from bff.domain.returns.store import get_case, update_return, update_returns_of_pickup
from bff.jobs import outbox


@dataclass(frozen=True, slots=True)
class Agreement:
    """None: nothing is said of it."""

    goes_to: Address | None = None
    freight_payer: FeePayer | None = None

    def news(self, this_return: Return) -> dict[str, Any]:
        """What of it changes the return, by column."""
        news: dict[str, Any] = {}
        if self.goes_to and self.goes_to.id != this_return.return_address_id:
            news["return_address_id"] = self.goes_to.id
        if self.freight_payer and self.freight_payer is not this_return.freight_payer:
            news["freight_payer"] = self.freight_payer
        return news


async def agree(tx: Tx, this_return: Return, agreement: Agreement) -> bool:
    """Whether it is new. Raises ImpossibleReportError once it is too late for it."""
    news = agreement.news(this_return)
    if not news:
        return False
    case = await get_case(tx, this_return.shopper_id, this_return.id)
    _check_in_time(case, news)
    if agreement.goes_to:
        await keep_addresses(tx, [agreement.goes_to])
    await update_return(tx, this_return, **news)
    if case.pickup and case.pickup.status is not PickupStatus.CANCELLED:
        await _tell_pickup(tx, case.pickup, news)
    return True


def _check_in_time(case: Case, news: dict[str, Any]) -> None:
    this_return, pickup = case.this_return, case.pickup
    if this_return.shipped_at:
        raise ImpossibleReportError(f"{_fields(news)}: the goods are on their way already")
    if this_return.merchant_bears_freight and "freight_payer" in news:
        raise ImpossibleReportError("freightPayer: MERCHANT, as was agreed before")
    if pickup is None or pickup.status is not PickupStatus.COLLECTED:
        return
    if "return_address_id" in news:
        raise ImpossibleReportError("returnAddress: the courier has the goods already")
    if pickup.fee_final_at and pickup.shopper_pays_minor:
        raise ImpossibleReportError("freightPayer: the pickup fee is final already")


def _fields(news: dict[str, Any]) -> str:
    names = {"return_address_id": "returnAddress", "freight_payer": "freightPayer"}
    return ", ".join(names[column] for column in news)


async def _tell_pickup(tx: Tx, pickup: Pickup, news: dict[str, Any]) -> None:
    """One parcel goes to one address, and has one fee."""
    if news.get("freight_payer") is FeePayer.MERCHANT and pickup.fee_is_open:
        await pass_to_merchant(tx, pickup)
    if address_id := news.get("return_address_id"):
        await update_returns_of_pickup(tx, pickup, return_address_id=address_id)
        await outbox.post(tx, pickup.shopper_id, PARCEL_CHANGED, pickup.id)
