"""The erasure of a person (个人信息保护法, art. 47): what keeps it waiting, and what it touches."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class MatterKind(StrEnum):
    """What has to come to its end first: a return, or money on its way or owed, by whomever."""

    RETURN_OPEN = "RETURN_OPEN"
    PAYMENT_UNDER_WAY = "PAYMENT_UNDER_WAY"
    PAYMENT_TRIED_AGAIN = "PAYMENT_TRIED_AGAIN"
    OWED_BY_SHOPPER = "OWED_BY_SHOPPER"
    OWED_TO_SHOPPER = "OWED_TO_SHOPPER"
    PICKUP_FEE_UNPAID = "PICKUP_FEE_UNPAID"
    CALL_WAITING = "CALL_WAITING"


@dataclass(frozen=True, slots=True)
class Matter:
    """`subject_id`: of a return, a payment, a pickup or an order. `until`: its next deadline, where
    it has one; another may follow."""

    kind: MatterKind
    subject_id: str
    until: datetime | None


class UnknownShopperError(ValueError):
    """There never was one of this id."""

    def __init__(self, shopper_id: str) -> None:
        super().__init__(f"there is no shopper {shopper_id}")


class MattersOpenError(ValueError):
    """Nothing was erased: these matters are open."""

    def __init__(self, matters: Sequence[Matter]) -> None:
        super().__init__(f"{len(matters)} matters are open")
        self.matters = matters


@dataclass(frozen=True, slots=True)
class Erasure:
    """`erased_at`: since when the shopper's tokens are good no more; `ended_at`: when the last of
    the personal data was gone, but for photos, which are swept. None: still to come.

    `position`: the last return, then the last order, that is done.
    """

    shopper_id: str
    requested_at: datetime
    requested_by: str
    erased_at: datetime | None
    ended_at: datetime | None
    position: str


class Fate(StrEnum):
    """What becomes of something at an erasure."""

    DELETED = "deleted"
    MASKED = "masked"
    STAYS = "stays"


@dataclass(frozen=True, slots=True)
class Holding:
    """Something that is stored of a shopper, how much of it there is, and what becomes of it."""

    what: str
    count: int
    fate: Fate
    reason: str
