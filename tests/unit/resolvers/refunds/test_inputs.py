import strawberry

from bff.domain.returns.commands.express_refund import RefundLine
from resolvers.refunds.inputs import RefundLineInput, RefundOpenInput, refund_lines_of

ORDER = strawberry.ID("ord_1")
LINE = strawberry.ID("oli_1-1")


def test_without_lines_the_whole_order_is_meant() -> None:
    assert refund_lines_of(RefundOpenInput(idempotency_key="k", order_id=ORDER)) is None


def test_an_empty_list_is_not_the_whole_order() -> None:
    assert refund_lines_of(RefundOpenInput(idempotency_key="k", order_id=ORDER, lines=[])) == []


def test_a_line_without_a_quantity_means_all_that_are_left() -> None:
    lines = [RefundLineInput(order_line_id=LINE), RefundLineInput(order_line_id=LINE, quantity=2)]
    inputs = RefundOpenInput(idempotency_key="k", order_id=ORDER, lines=lines)
    assert refund_lines_of(inputs) == [RefundLine(LINE, None), RefundLine(LINE, 2)]
