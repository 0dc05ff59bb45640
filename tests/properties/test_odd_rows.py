"""Whatever a row says is held of a line, an answer is given, and within what was bought."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bff.domain.returns.rules.refundability import assess_refund, whole_order
from bff.domain.returns.rules.returnability import Subject, assess
from tests.support.models import LINE, MERCHANT, ORDER, POLICY, SOON_AFTER

odd = st.integers(-(2**40), 2**40)
near = st.integers(-3, 9)
UNSHIPPED = replace(ORDER, shipped_at=None, received_at=None)


@st.composite
def odd_subjects(draw: st.DrawFn) -> list[Subject]:
    count = draw(st.integers(1, 3))
    lines = [
        replace(
            LINE,
            line_no=number,
            quantity=draw(st.integers(1, 5)),
            paid_minor=draw(st.integers(0, 10_000)),
            category=draw(st.sampled_from(["womenswear", "postage"])),
            held_quantity=draw(near | odd),
            held_minor=draw(near | odd),
        )
        for number in range(1, count + 1)
    ]
    return [Subject(each, UNSHIPPED, MERCHANT, POLICY, 4) for each in lines]


@given(odd_subjects())
def test_what_is_returnable_is_within_what_was_bought(subjects: list[Subject]) -> None:
    for subject in subjects:
        assert 0 <= subject.left <= subject.line.quantity
        received = replace(subject, order=ORDER)
        returnability = assess(received, None, SOON_AFTER)
        assert len(returnability.rules) == len(returnability.table.all)
        assert returnability.returnable or returnability.refund_quote is None
        if quote := returnability.refund_quote:
            assert 0 <= quote.refund.minor <= subject.line.paid_minor


@given(odd_subjects())
def test_what_is_refundable_is_within_what_was_paid(subjects: list[Subject]) -> None:
    refundability = assess_refund(subjects, whole_order(subjects))
    assert 0 <= refundability.amount.minor <= sum(each.line.paid_minor for each in subjects)
    assert len(refundability.rules) == len(refundability.table.all)
    assert set(refundability.lines) <= {each.line.id for each in subjects}
