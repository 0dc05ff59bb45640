"""What a host declares is compared by its value."""

from bff.graphql.engine.plan.sources import (
    Attribute,
    BatchSource,
    NullError,
    ParentItself,
    PerLevel,
    UnplannableError,
)


async def load(_context: object, _keys: object) -> list[object]:
    return []


def test_sources_are_equal_by_value() -> None:
    assert BatchSource("key", load) == BatchSource("key", load)
    assert BatchSource("key", load) != BatchSource("other", load)
    assert PerLevel(load) == PerLevel(load, None)
    assert ParentItself() == ParentItself()
    assert len({Attribute("a"), Attribute("a"), Attribute("b")}) == 2


def test_a_null_leaves_the_operation_to_graphql_core() -> None:
    assert issubclass(NullError, UnplannableError)
