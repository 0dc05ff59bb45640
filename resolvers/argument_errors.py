"""Errors of an argument: GraphQL errors that say in words what is expected.

The argument's name is in their extensions.
"""

from graphql import GraphQLError

from bff.graphql.context import Context
from bff.locale.language import Language
from bff.locale.messages import N_, translate
from resolvers.messages.inputs import INVALID, field_words
from resolvers.messages.inputs import NOT_FOUND as NO_SUCH

BAD_USER_INPUT = "BAD_USER_INPUT"
NOT_FOUND = "NOT_FOUND"
UNAUTHENTICATED = "UNAUTHENTICATED"


def argument_error(language: Language, argument: str, expected: str) -> GraphQLError:
    facts = {"field": _words(language, argument), "expected": translate(language, expected)}
    message = translate(language, INVALID, **facts)
    return GraphQLError(message, extensions={"code": BAD_USER_INPUT, "argument": argument})


def _words(language: Language, argument: str) -> str:
    return translate(language, field_words(argument))


def reserve_rows(context: Context, argument: str, rows: int) -> None:
    """Raises a GraphQLError where an operation would read too many rows in all."""
    if not context.allows(rows):
        raise argument_error(
            context.language, argument, N_("at most 300 entries in all of a request")
        )


def not_found(language: Language, argument: str) -> GraphQLError:
    message = translate(language, NO_SUCH, field=_words(language, argument))
    return GraphQLError(message, extensions={"code": NOT_FOUND, "argument": argument})


def unauthenticated(language: Language) -> GraphQLError:
    message = translate(language, N_("Show a shopper's token: Authorization: Bearer TOKEN."))
    return GraphQLError(message, extensions={"code": UNAUTHENTICATED})


def require_shopper_id(context: Context) -> str:
    """The token's shopper. Raises a GraphQLError where there is no token."""
    if context.shopper_id is None:
        raise unauthenticated(context.language)
    return context.shopper_id
