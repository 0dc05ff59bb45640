"""A mutation's declaration: an effect with its input and its success, and what it may refuse."""

import dataclasses
import inspect
from collections.abc import Awaitable, Callable, Sequence
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Protocol, TypeVar, cast

import strawberry
from msgspec import to_builtins

from bff.core.refusal import Refusal
from bff.db.idempotency import ErasedShopperError, Request, StoredResult
from bff.db.transaction import Tx
from loaders.batch import Rows
from loaders.returns import returns_by_id
from resolvers.argument_errors import require_shopper_id, unauthenticated
from resolvers.fields import Info, attribute, loaded, with_signature
from resolvers.user_errors import IdempotencyConflict, InvalidInput, NotFound, UserError, user_error

if TYPE_CHECKING:
    from resolvers.returns.types import Return

KEY = "Chosen by the client, anew for each tap: the same key and input give the same answer again."
ADDED = "added"
# What every mutation may refuse with, whatever else it does.
ANY_REFUSAL = (NotFound, InvalidInput, IdempotencyConflict)


class Input(Protocol):
    """A mutation's input: a strawberry input with a key."""

    __dataclass_fields__: ClassVar[dict[str, Any]]
    idempotency_key: str


def added(default: Any, description: str) -> Any:
    """A field of an input that an earlier version did not have.

    Left out it is no fact: a key that was used then gets its answer again.
    """
    return strawberry.field(default=default, description=description, metadata={ADDED: True})


@strawberry.input
class ReturnMutationInput:
    idempotency_key: str = attribute(KEY)
    return_id: strawberry.ID = attribute("The return's id.")


@strawberry.type
class MutationSuccess:
    """A subclass's private fields are stored under the key, and make it again on a replay.

    `written`: rows as they are after the effect, which need not be read again.
    """

    replayed: bool = strawberry.field(
        default=False,
        description="Whether this is the stored answer to an earlier request with the same key.",
    )
    written: strawberry.Private[Rows] = dataclasses.field(default_factory=dict)


@strawberry.type
class ReturnMutationSuccess(MutationSuccess):
    return_id: strawberry.Private[str]
    this_return: Annotated["Return", strawberry.lazy("resolvers.returns.types")] = loaded(
        returns_by_id, by="return_id", name="return", description="The return as it is now."
    )


Success = TypeVar("Success", bound=MutationSuccess)
Effect = Callable[[Tx, str, Any], Awaitable[Success]]
Declared = TypeVar("Declared", bound=Callable[..., Any])


def mutation(
    description: str, *, refusals: Sequence[type[UserError]] = (), result: str
) -> Callable[[Declared], Declared]:
    """A mutation whose effect is a static method of a transaction, a shopper's id and `inputs`.

    The annotations of `inputs` and of what it returns are the types of the schema; the field's
    type is a union of the success and the refusals, described by `result`. The effect is carried
    out once for each idempotency key; it may be run again from its start before it is committed.
    """

    def declare(effect: Declared) -> Declared:
        function = getattr(effect, "__func__", effect)
        success = function.__annotations__["return"]
        name = "".join(word.capitalize() for word in function.__name__.split("_"))
        field = strawberry.field(
            resolver=_resolver(function, function.__annotations__["inputs"], success),
            description=description,
            graphql_type=_union(f"{name}Result", result, (success, *refusals, *ANY_REFUSAL)),
        )
        return cast("Declared", field)

    return declare


def _union(name: str, description: str, types: tuple[type, ...]) -> Any:
    """Nullable: a fault in one mutation leaves the others of an operation their answers."""
    union = strawberry.union(name, description=description)
    return Annotated[reduce(or_, types), union] | None


def _resolver(
    effect: Effect[Success], input_type: Any, success: type[Success]
) -> Callable[..., Awaitable[Success | UserError]]:
    common = {one.name for one in dataclasses.fields(MutationSuccess)}
    own = [one.name for one in dataclasses.fields(success) if one.init and one.name not in common]

    def to_stored(done: Success) -> StoredResult:
        return {name: getattr(done, name) for name in own}

    def from_stored(stored: StoredResult) -> Success:
        return success(replayed=True, **stored)

    async def resolve(info: Info, input: Input) -> Success | UserError:  # noqa: A002
        context, shopper = info.context, require_shopper_id(info.context)
        request = Request(shopper, input.idempotency_key, info.field_name, facts_of(input))
        try:
            done = await context.once(
                request, lambda tx: effect(tx, shopper, input), to_stored, from_stored
            )
        except ErasedShopperError:
            raise unauthenticated(context.language) from None
        except Refusal as refusal:
            context.count_refusal(refusal.code)
            return user_error(refusal)
        context.loaders.prime(done.written)
        return done

    argument: Any = Annotated[input_type, strawberry.argument(description="The mutation's input.")]
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    parameters = (("info", Info), ("input", argument))
    return with_signature(
        resolve, [inspect.Parameter(name, kind, annotation=note) for name, note in parameters]
    )


def facts_of(inputs: Input) -> dict[str, Any]:
    """The input without its key: what the same key must come with again."""
    facts: dict[str, Any] = _facts(inputs)
    del facts["idempotency_key"]
    return facts


def _facts(value: Any) -> Any:
    if isinstance(value, list):
        return [_facts(one) for one in value]
    if not dataclasses.is_dataclass(value):
        return to_builtins(value)
    return {
        one.name: _facts(getattr(value, one.name))
        for one in dataclasses.fields(value)
        if not (one.metadata.get(ADDED) and getattr(value, one.name) == one.default)
    }
