import pytest

from bff.domain.payments.model import (
    REFUNDING,
    TRANSITIONS,
    PaymentKind,
    PaymentStatus,
    Posting,
    courier_account,
    debt_account,
    kinds_of_purpose,
    merchant_account,
    shopper_account,
)


@pytest.mark.parametrize("kind", PaymentKind)
def test_every_kind_of_payment_has_a_posting_of_its_name(kind: PaymentKind) -> None:
    assert Posting(kind).name == kind.name


def test_what_succeeded_stays_so_and_what_failed_may_have_succeeded_after_all() -> None:
    requested, failed = PaymentStatus.REQUESTED, PaymentStatus.FAILED
    assert TRANSITIONS.sources(PaymentStatus.SUCCEEDED) == (requested, failed)
    assert TRANSITIONS.sources(failed) == (requested,)
    assert TRANSITIONS.sources(requested) == ()


def test_an_advance_and_the_merchants_refund_have_one_purpose() -> None:
    alone = PaymentKind.PICKUP_FEE, PaymentKind.REPAYMENT, PaymentKind.REIMBURSEMENT
    assert {kinds_of_purpose(kind) for kind in REFUNDING} == {REFUNDING}
    assert [kinds_of_purpose(kind) for kind in alone] == [{kind} for kind in alone]


def test_accounts_of_one_id_are_different_accounts() -> None:
    accounts = (shopper_account, debt_account, merchant_account, courier_account)
    assert len({account("1") for account in accounts}) == len(accounts)
