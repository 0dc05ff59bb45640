"""What every mutation's answer has."""

import strawberry

from loaders.returns import returns_by_id
from resolvers.fields import attribute, loaded
from resolvers.returns.types import Return
from resolvers.user_errors import IdempotencyConflict, InvalidInput, NotFound

# What every mutation may refuse with, whatever else it does.
AnyRefusal = NotFound | InvalidInput | IdempotencyConflict


@strawberry.type
class OfReturn:
    replayed: bool = attribute("Whether this key was answered before: nothing more was done.")
    return_id: strawberry.Private[str]
    this_return: Return = loaded(
        returns_by_id, by="return_id", name="return", description="The return as it is now."
    )
