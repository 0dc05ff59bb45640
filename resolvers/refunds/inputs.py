"""What a shopper says about refunds and disputes."""

import strawberry

from bff.domain.returns.commands.express_refund import RefundLine
from resolvers.fields import attribute
from resolvers.mutation_fields import KEY, ReturnMutationInput


@strawberry.input(description="Goods of an order, to be refunded before they are shipped.")
class RefundLineInput:
    order_line_id: strawberry.ID = attribute("The order line's id.")
    quantity: int | None = strawberry.field(
        default=None, description="How many; all that are left by default."
    )


@strawberry.input(description="An order, or a part of it, to be refunded before it is shipped.")
class RefundOpenInput:
    idempotency_key: str = attribute(KEY)
    order_id: strawberry.ID = attribute("The order's id.")
    lines: list[RefundLineInput] | None = strawberry.field(
        default=None,
        description="Part of the order; all of it by default. Postage goes with the last goods.",
    )


@strawberry.input(description="The return whose refusal the shopper disputes.")
class DisputeOpenInput(ReturnMutationInput):
    pass


@strawberry.input(description="The return whose advance is paid back.")
class RefundRepayInput(ReturnMutationInput):
    pass


def refund_lines_of(inputs: RefundOpenInput) -> list[RefundLine] | None:
    """None: all of the order."""
    if inputs.lines is None:
        return None
    return [RefundLine(line.order_line_id, line.quantity) for line in inputs.lines]
