from dataclasses import dataclass

from bff.core.refusal import Refusal


@dataclass(eq=False)
class AddressLimitReached(Refusal):
    """`most` addresses are in the shopper's book: one has to go first."""

    most: int
