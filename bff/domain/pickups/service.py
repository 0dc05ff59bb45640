"""A pickup that is booked, on its way. The caller commits and announces it to the shopper."""

from msgspec.structs import replace

from bff.db.transaction import Tx
from bff.domain.pickups.bookings import PICKUP_REQUESTED
from bff.domain.pickups.model import CancelReason, Pickup, PickupStatus, VisitFailure
from bff.domain.pickups.refusals import PickupNotCancellable
from bff.domain.pickups.store import give_back_place, move_pickup, update_pickup
from bff.domain.policy.model import PickupTerms
from bff.jobs import outbox

PICKUP_CANCELLED = "pickup.cancelled"


async def cancel(tx: Tx, pickup: Pickup, why: CancelReason) -> Pickup:
    """Give the place back. Raises PickupNotCancellable once the goods are with the courier."""
    if not await _drop(tx, pickup, why):
        raise PickupNotCancellable(pickup.status)
    await outbox.post(tx, PICKUP_CANCELLED, pickup.id)
    return replace(pickup, status=PickupStatus.CANCELLED, cancel_reason=why)


async def fail_visit(tx: Tx, pickup: Pickup, why: VisitFailure) -> None:
    """No courier company is informed: it has reported the failure itself."""
    await _drop(tx, pickup, CancelReason.VISIT_FAILED)
    await update_pickup(tx, pickup.id, visit_failure=why)


async def _drop(tx: Tx, pickup: Pickup, why: CancelReason) -> bool:
    if not await move_pickup(tx, pickup.id, PickupStatus.CANCELLED, cancel_reason=why):
        return False
    await give_back_place(tx, pickup.area, pickup.slot_key)
    return True


async def accept(tx: Tx, pickup: Pickup) -> None:
    await move_pickup(tx, pickup.id, PickupStatus.ACCEPTED, accepted_at=tx.now)


async def collect(tx: Tx, pickup: Pickup) -> None:
    await move_pickup(tx, pickup.id, PickupStatus.COLLECTED, collected_at=tx.now)


def next_company(pickup: Pickup, terms: PickupTerms) -> str | None:
    """In the policy's order of preference; None behind the last."""
    codes = [courier.code for courier in terms.couriers]
    behind = codes[codes.index(pickup.courier_company) + 1 :]
    return behind[0] if behind else None


async def offer(tx: Tx, pickup: Pickup, company: str) -> None:
    """Ask another courier company to come in the same slot."""
    await move_pickup(
        tx, pickup.id, PickupStatus.AWAITING_COURIER, courier_company=company, requested_at=tx.now
    )
    await outbox.post(tx, PICKUP_REQUESTED, pickup.id)
