"""Money: integers of minor units with an ISO 4217 currency."""

from collections.abc import Sequence

from msgspec import Struct

# Of an order, a line or a fee: far below 2**53, so that a number in JavaScript holds it.
MAX_MINOR = 10**15


class CurrencyMismatchError(ValueError):
    pass


class Money(Struct, frozen=True, order=True, gc=False):
    minor: int
    currency: str

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other).minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other).minor, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def _same(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise CurrencyMismatchError(f"{self.currency} with {other.currency}")
        return other


def allocate(total: int, weights: Sequence[int]) -> list[int]:
    """Split `total` minor units in proportion to `weights`; the parts add up to the whole.

    Cents left over go to the largest remainders, the earlier first. Weights that
    are all zero share equally.
    """
    base = weights if any(weights) else [1] * len(weights)
    whole = sum(base)
    parts = [total * weight // whole for weight in base]
    remainders = [total * weight % whole for weight in base]
    order = sorted(range(len(base)), key=lambda index: -remainders[index])
    for index in order[: total - sum(parts)]:
        parts[index] += 1
    return parts


def part_of(remaining: int, quantity: int, remaining_quantity: int) -> int:
    """Minor units for `quantity` of the `remaining_quantity` pieces that cost `remaining`.

    Rounded down, except that the last pieces take all that is left: in whatever
    order parts are taken and given back, they add up to what was paid.
    """
    if not 0 < quantity <= remaining_quantity:
        raise ValueError(f"{quantity} of {remaining_quantity} pieces")
    return remaining * quantity // remaining_quantity
