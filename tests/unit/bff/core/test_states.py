"""What may become what, and what the money waits for."""

from collections.abc import Mapping
from enum import StrEnum
from itertools import product
from typing import Any

import pytest
from msgspec.structs import replace

from bff.core.states import Transitions
from bff.domain.payments.model import TRANSITIONS as OF_PAYMENT
from bff.domain.payments.model import PaymentStatus
from bff.domain.pickups.model import FEE_TRANSITIONS as OF_FEE
from bff.domain.pickups.model import TRANSITIONS as OF_PICKUP
from bff.domain.pickups.model import FeeStatus, PickupStatus
from bff.domain.refunds.model import TRANSITIONS as OF_ADVANCE
from bff.domain.refunds.model import AdvanceStatus
from bff.domain.returns.model import ENDED, ReturnStatus
from bff.domain.returns.model import TRANSITIONS as OF_RETURN
from bff.domain.returns.next_actions import RefundWait, waiting_for
from tests.support.models import PICKUP, SOON_AFTER, case

# As the words of each machine are declared: where each state may go to, and where it begins.
MOVES: list[tuple[Transitions[Any], type[StrEnum], str, Mapping[str, str]]] = [
    (
        OF_RETURN,
        ReturnStatus,
        "AWAITING_MERCHANT_APPROVAL AWAITING_RETURN_SHIPMENT",
        {
            "AWAITING_MERCHANT_APPROVAL": "AWAITING_RETURN_SHIPMENT SUCCEEDED "
            "MERCHANT_REFUSED CLOSED",
            "AWAITING_RETURN_SHIPMENT": "AWAITING_MERCHANT_RECEIPT SUCCEEDED CLOSED",
            "AWAITING_MERCHANT_RECEIPT": "SUCCEEDED MERCHANT_REFUSED",
            "MERCHANT_REFUSED": "AWAITING_RETURN_SHIPMENT SUCCEEDED CLOSED",
            "CLOSED": "AWAITING_MERCHANT_RECEIPT",
            "SUCCEEDED": "",
        },
    ),
    (
        OF_PICKUP,
        PickupStatus,
        "AWAITING_COURIER",
        {
            "AWAITING_COURIER": "AWAITING_COURIER ACCEPTED COLLECTED CANCELLED",
            "ACCEPTED": "AWAITING_COURIER COLLECTED CANCELLED",
            "COLLECTED": "LOST",
            "LOST": "",
            "CANCELLED": "ACCEPTED COLLECTED",
        },
    ),
    (
        OF_FEE,
        FeeStatus,
        "UNPAID WAIVED",
        {
            "WAIVED": "UNPAID",
            "UNPAID": "PAID PAYMENT_FAILED WAIVED",
            "PAYMENT_FAILED": "PAID PAYMENT_FAILED",
            "PAID": "",
        },
    ),
    (
        OF_ADVANCE,
        AdvanceStatus,
        "NONE",
        {
            "NONE": "APPLYING CLOSED",
            "APPLYING": "ADVANCED CLOSED",
            "ADVANCED": "SETTLED MERCHANT_REFUSED_GOODS",
            "MERCHANT_REFUSED_GOODS": "SETTLED CLAWED_BACK",
            "CLOSED": "ADVANCED",
            "SETTLED": "",
            "CLAWED_BACK": "",
        },
    ),
    (
        OF_PAYMENT,
        PaymentStatus,
        "REQUESTED",
        {"REQUESTED": "SUCCEEDED FAILED", "SUCCEEDED": "", "FAILED": "SUCCEEDED"},
    ),
]
machines = pytest.mark.parametrize(
    ("table", "states", "starts", "moves"), MOVES, ids=[one[1].__name__ for one in MOVES]
)


@machines
def test_a_state_becomes_these_and_no_others(
    table: Transitions[Any], states: type[StrEnum], starts: str, moves: Mapping[str, str]
) -> None:
    assert {str(before): " ".join(after) for before, after in table.moves.items()} == moves
    assert " ".join(table.starts) == starts
    assert set(table.states) == set(states)
    for before, after in product(states, states):
        allowed = str(after) in moves[before].split()
        assert table.allows(before, after) is allowed
        assert (before in table.sources(after)) is allowed


@machines
def test_every_state_can_be_reached_and_every_move_says_why(
    table: Transitions[Any], states: type[StrEnum], starts: str, moves: Mapping[str, str]
) -> None:
    reached = set(starts.split())
    for _ in states:
        reached |= {after for before in reached for after in moves[before].split()}
    assert reached == set(states)
    whys = [
        *table.starts.values(),
        *(why for after in table.moves.values() for why in after.values()),
    ]
    assert all(whys)


def test_what_has_ended_goes_nowhere_but_where_the_goods_turn_out_to_have_been_sent() -> None:
    sent = {ReturnStatus.AWAITING_MERCHANT_RECEIPT}
    assert {state for state, after in OF_RETURN.moves.items() if set(after) <= sent} == ENDED


UNREFUNDED = {
    ReturnStatus.AWAITING_MERCHANT_APPROVAL: RefundWait.MERCHANT_APPROVAL,
    ReturnStatus.AWAITING_RETURN_SHIPMENT: RefundWait.RETURN_SHIPMENT,
    ReturnStatus.AWAITING_MERCHANT_RECEIPT: RefundWait.MERCHANT_RECEIPT,
    ReturnStatus.MERCHANT_REFUSED: RefundWait.DISPUTE,
    ReturnStatus.SUCCEEDED: RefundWait.PAYMENT,
    ReturnStatus.CLOSED: None,
}


@pytest.mark.parametrize("status", ReturnStatus)
@pytest.mark.parametrize("advance", AdvanceStatus)
def test_until_it_is_back_the_money_waits_for_the_next_one_to_act(
    status: ReturnStatus, advance: AdvanceStatus
) -> None:
    under_way = advance is AdvanceStatus.APPLYING and status is not ReturnStatus.CLOSED
    refund = {"advance": advance}
    waits_for = RefundWait.PAYMENT if under_way else UNREFUNDED[status]
    assert waiting_for(case(status=status, refund=refund)) is waits_for
    back = refund | {"refunded_at": SOON_AFTER}
    assert waiting_for(case(status=status, refund=back)) is None


@pytest.mark.parametrize("status", ReturnStatus)
@pytest.mark.parametrize("fee", FeeStatus)
@pytest.mark.parametrize("final", [True, False])
def test_the_money_waits_for_the_fee_once_that_is_final_and_owed(
    status: ReturnStatus, fee: FeeStatus, final: bool
) -> None:
    pickup = replace(
        PICKUP,
        status=PickupStatus.COLLECTED,
        fee_status=fee,
        fee_final_at=SOON_AFTER if final else None,
    )
    owed = final and fee in (FeeStatus.UNPAID, FeeStatus.PAYMENT_FAILED)
    held_back = owed and status is ReturnStatus.AWAITING_RETURN_SHIPMENT
    expected = RefundWait.PICKUP_FEE if held_back else UNREFUNDED[status]
    assert waiting_for(case(pickup, status=status)) is expected
