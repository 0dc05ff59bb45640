"""What a shopper can do. Each takes an idempotency key, and answers with a success or a refusal."""

import strawberry

from resolvers.evidence import EvidenceMutations
from resolvers.pickup_mutations import PickupMutations
from resolvers.refund_mutations import RefundMutations
from resolvers.return_mutations import ReturnMutations


@strawberry.type(description="What can be done.")
class Mutation(ReturnMutations, PickupMutations, RefundMutations, EvidenceMutations):
    pass
