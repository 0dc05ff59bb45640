"""P4: on which grounds a merchant may refuse, before and after the goods came back."""

from typing import Any

import pytest
from msgspec.structs import replace

from bff.domain.returns.model import RefusedBecause, ReturnKind
from bff.domain.returns.rules.refusal_grounds import (
    NO_GROUND,
    NO_PARCEL,
    NO_PROOF,
    OF_GOODS,
    UNSHIPPED,
    objection,
    stands_in_silence,
)
from tests.support.models import ORDER, REFUSED, RETURN, SUBJECT, case, shanghai

PHOTOS = ("https://photos.example/1",)
NONE_AT_ALL = sorted({*RefusedBecause} - OF_GOODS - {RefusedBecause.OUT_OF_WINDOW})


def said(because: RefusedBecause, *photos: str, goods: bool, **changes: Any) -> str | None:
    return objection(replace(RETURN, **changes), SUBJECT, because, photos, goods=goods)


@pytest.mark.parametrize("because", sorted(OF_GOODS))
def test_a_ground_of_the_goods_needs_proof(because: RefusedBecause) -> None:
    assert said(because, *PHOTOS, goods=True) is None
    assert said(because, goods=True) == NO_PROOF


@pytest.mark.parametrize("because", sorted(OF_GOODS - {RefusedBecause.EMPTY_PARCEL}))
def test_a_request_is_refused_on_the_same_grounds(because: RefusedBecause) -> None:
    assert said(because, *PHOTOS, goods=False) is None
    assert said(because, goods=False) == NO_PROOF


def test_a_parcel_that_was_not_sent_is_not_empty() -> None:
    assert said(RefusedBecause.EMPTY_PARCEL, *PHOTOS, goods=False) == NO_PARCEL


@pytest.mark.parametrize("goods", [True, False])
@pytest.mark.parametrize("because", sorted(NONE_AT_ALL))
def test_not_to_agree_is_no_ground(because: RefusedBecause, goods: bool) -> None:
    assert said(because, *PHOTOS, goods=goods) == NO_GROUND


@pytest.mark.parametrize("because", RefusedBecause)
def test_a_refund_before_shipping_is_not_refused(because: RefusedBecause) -> None:
    assert said(because, *PHOTOS, goods=False, kind=ReturnKind.REFUND_ONLY) == UNSHIPPED


@pytest.mark.parametrize("goods", [True, False])
def test_out_of_the_window_is_what_our_own_books_say(goods: bool) -> None:
    late = RefusedBecause.OUT_OF_WINDOW
    closes = shanghai("2026-01-09T00:00")
    assert said(late, goods=goods, opened_at=closes) is None
    in_time = said(late, *PHOTOS, goods=goods, opened_at=shanghai("2026-01-08T23:59"))
    assert in_time == "reason: not OUT_OF_WINDOW, as the return was opened by 2026-01-08"
    not_received = replace(SUBJECT, order=replace(ORDER, received_at=None))
    given = objection(RETURN, not_received, late, PHOTOS, goods=goods)
    assert given == "reason: not OUT_OF_WINDOW, as the days begin with the shopper's receipt"


@pytest.mark.parametrize("because", RefusedBecause)
def test_only_what_is_proven_stands_in_silence(because: RefusedBecause) -> None:
    request = case(**REFUSED, refused_because=because).this_return
    goods = case(**REFUSED, refused_because=because, shipped_at=REFUSED["refused_at"]).this_return
    out_of_window = because is RefusedBecause.OUT_OF_WINDOW
    assert stands_in_silence(request) is out_of_window
    assert stands_in_silence(goods) is (because in OF_GOODS or out_of_window)
