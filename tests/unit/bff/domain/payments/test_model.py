import pytest

from bff.domain.payments.model import (
    TRANSITIONS,
    PaymentKind,
    PaymentStatus,
    Posting,
    courier_account,
    debt_account,
    merchant_account,
    shopper_account,
)


@pytest.mark.parametrize("kind", PaymentKind)
def test_every_kind_of_payment_has_a_posting_of_its_name(kind: PaymentKind) -> None:
    assert Posting(kind).name == kind.name


def test_a_payment_ends_once() -> None:
    ends = (PaymentStatus.SUCCEEDED, PaymentStatus.FAILED)
    for end in ends:
        assert TRANSITIONS.sources(end) == (PaymentStatus.REQUESTED,)
    assert TRANSITIONS.sources(PaymentStatus.REQUESTED) == ()


def test_accounts_of_one_id_are_different_accounts() -> None:
    accounts = (shopper_account, debt_account, merchant_account, courier_account)
    assert len({account("1") for account in accounts}) == len(accounts)
