"""What a shopper can do. Each takes an idempotency key, and answers with a success or a refusal."""

import strawberry

from resolvers.pickups.mutations import PickupMutations
from resolvers.refunds.mutations import RefundMutations
from resolvers.returns.evidence import EvidenceMutations
from resolvers.returns.mutations import ReturnMutations


@strawberry.type(description="What can be done.")
class Mutation(ReturnMutations, PickupMutations, RefundMutations, EvidenceMutations):
    pass
