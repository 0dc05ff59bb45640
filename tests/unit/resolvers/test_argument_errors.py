import pytest
from graphql import GraphQLError

from bff.graphql.context import MAX_ROWS
from bff.locale.language import Language
from resolvers.argument_errors import (
    argument_error,
    not_found,
    require_shopper_id,
    reserve_rows,
    unauthenticated,
)
from tests.support.views import context_of
from tests.support.world import World


@pytest.mark.parametrize(
    ("language", "message"),
    [
        ("en", "Please check the number of entries. Expected: a whole number from 1 to 100."),
        ("zh", "请检查条数，应为：1到100的整数。"),
    ],
)
def test_an_argument_error_says_in_words_what_is_expected_where(
    language: Language, message: str
) -> None:
    error = argument_error(language, "first", "a whole number from 1 to 100")
    assert error.message == message
    assert error.extensions == {"code": "BAD_USER_INPUT", "argument": "first"}


def test_what_is_not_the_shoppers_is_not_found_under_the_argument() -> None:
    error = not_found("en", "returnId")
    assert error.message == "We could not find the return. Please check it."
    assert error.extensions == {"code": "NOT_FOUND", "argument": "returnId"}


async def test_without_a_token_there_is_no_shopper(world: World) -> None:
    with pytest.raises(GraphQLError) as caught:
        require_shopper_id(context_of(world))
    assert caught.value.extensions == {"code": "UNAUTHENTICATED"}
    assert caught.value.message == unauthenticated("en").message


async def test_the_shopper_is_the_tokens(world: World) -> None:
    assert require_shopper_id(context_of(world, "sho_1")) == "sho_1"


async def test_rows_of_one_operation_add_up_to_its_limit(world: World) -> None:
    context = context_of(world)
    reserve_rows(context, "first", MAX_ROWS - 1)
    reserve_rows(context, "ids", 1)
    with pytest.raises(GraphQLError, match="at most 300") as caught:
        reserve_rows(context, "ids", 1)
    assert caught.value.extensions == {"code": "BAD_USER_INPUT", "argument": "ids"}
