"""What a pickup costs in the end, and who pays it: R11. The caller commits."""

from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace

from bff.db.transaction import Tx
from bff.domain.payments.model import (
    INSURER,
    PICKUPS,
    Payment,
    PaymentKind,
    Posting,
    courier_account,
    debt_account,
    merchant_account,
    shopper_account,
)
from bff.domain.payments.service import enter, post_entries, request_payment
from bff.domain.pickups.model import FeePayer, FeeStatus, Pickup, PickupQuote, fee_quote
from bff.domain.pickups.refusals import PickupFeeNotDue, PickupFeePaymentUnderWay
from bff.domain.pickups.store import move_fee, update_pickup
from bff.domain.policy.pickup_terms import PickupTerms

MORE_TIME = timedelta(hours=1)


def final_quote(pickup: Pickup, grams: int | None, terms: PickupTerms) -> PickupQuote:
    """By weight; as quoted where the courier has not weighed the parcel."""
    agreed = pickup.merchant_agreed
    quote = fee_quote(terms, pickup.payer, pickup.currency, merchant_agreed=agreed)
    return quote if grams is None else quote.weighed(grams)


async def pass_to_merchant(tx: Tx, pickup: Pickup) -> Pickup:
    """A fee that is not final yet is the merchant's from now on, all of it."""
    values: dict[str, Any] = {
        "payer": FeePayer.MERCHANT,
        "merchant_agreed": True,
        "shopper_pays_minor": 0,
    }
    await update_pickup(tx, pickup, **values)
    await move_fee(tx, pickup, FeeStatus.WAIVED)
    return replace(pickup, **values, fee_status=FeeStatus.WAIVED)


async def make_final(
    tx: Tx,
    pickup: Pickup,
    grams: int | None,
    terms: PickupTerms,
    merchant_id: str,
) -> Pickup:
    """As it is then: whatever the courier weighs later, the fee stays."""
    quote = final_quote(pickup, grams, terms)
    owed = quote.shopper_pays.minor
    values: dict[str, Any] = {
        "weight_grams": grams,
        "fee_minor": quote.fee.minor,
        "shopper_pays_minor": owed,
        "fee_final_at": tx.now,
        "fee_due_by": tx.now + timedelta(hours=terms.fee_pay_hours) if owed else None,
    }
    await update_pickup(tx, pickup, **values)
    if owed and await move_fee(tx, pickup, FeeStatus.UNPAID):
        values["fee_status"] = FeeStatus.UNPAID
    await _charge(tx, pickup, quote, merchant_id)
    return replace(pickup, **values)


async def _charge(tx: Tx, pickup: Pickup, quote: PickupQuote, merchant_id: str) -> None:
    """The courier has earned the fee: the payer's part, and what the shopper owes."""
    fee, owed = quote.fee.minor, quote.shopper_pays.minor
    moves = _charge_moves(pickup, fee, owed, merchant_id)
    await post_entries(
        tx, pickup.shopper_id, pickup.id, Posting.PICKUP_CHARGE, moves, pickup.currency
    )


def _charge_moves(pickup: Pickup, fee: int, owed: int, merchant_id: str) -> dict[str, int]:
    payer = {FeePayer.MERCHANT: merchant_account(merchant_id), FeePayer.INSURER: INSURER}
    return {
        courier_account(pickup.courier_company): fee,
        debt_account(pickup.shopper_id): -owed,
        payer.get(pickup.payer, PICKUPS): owed - fee,
    }


async def take_back_charge(tx: Tx, pickup: Pickup, merchant_id: str) -> None:
    """The courier of a lost parcel has earned nothing, and the shopper owes nothing."""
    if pickup.fee_final_at is None:
        return
    fee, owed = pickup.fee_minor, pickup.shopper_pays_minor
    moves = _charge_moves(pickup, fee, owed, merchant_id)
    taken_back = {account: -minor for account, minor in moves.items()}
    posting = Posting.CHARGE_TAKEN_BACK
    await post_entries(tx, pickup.shopper_id, pickup.id, posting, taken_back, pickup.currency)
    if pickup.fee_status is not FeeStatus.PAID:
        await update_pickup(tx, pickup, fee_final_at=None, fee_due_by=None)


async def request_fee(tx: Tx, pickup: Pickup) -> Payment:
    """Raises PickupFeeNotDue, or PickupFeePaymentUnderWay."""
    if not pickup.fee_due:
        raise PickupFeeNotDue(pickup.fee_status)
    shopper_id = pickup.shopper_id
    payer, payee = shopper_account(shopper_id), debt_account(shopper_id)
    kind, amount = PaymentKind.PICKUP_FEE, pickup.shopper_pays
    payment = await request_payment(
        tx, shopper_id, kind, pickup.return_id, pickup.id, payer, payee, amount
    )
    if payment is None:
        raise PickupFeePaymentUnderWay
    await update_pickup(tx, pickup, fee_paying=True)
    return payment


async def record_payment(tx: Tx, pickup: Pickup, payment: Payment, at: datetime) -> None:
    await move_fee(tx, pickup, FeeStatus.PAID, fee_paid_at=at, fee_paying=False)
    await enter(tx, payment)


async def record_failed_payment(tx: Tx, pickup: Pickup) -> None:
    """It can be tried again, and there is time to: the payment service may have been slow."""
    due_by = max(pickup.fee_due_by or tx.now, tx.now + MORE_TIME)
    await move_fee(tx, pickup, FeeStatus.PAYMENT_FAILED, fee_due_by=due_by, fee_paying=False)
