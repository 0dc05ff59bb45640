"""What a law looks at."""

from dataclasses import dataclass

from bff.domain.policy.model import Policy
from tests.support.lives.bank import Bank
from tests.support.lives.observations import Snapshot


@dataclass(frozen=True)
class Step:
    """What was there before something was done, and after it."""

    before: Snapshot
    after: Snapshot
    bank: Bank
    policy: Policy
