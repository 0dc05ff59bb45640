"""Where the values of the schema's fields come from."""

from typing import Any

import pytest
from graphql import GraphQLField, GraphQLObjectType

from bff.domain.orders.model import Merchant
from bff.graphql.declarations import Declarations
from bff.graphql.engine.plan.sources import (
    Attribute,
    BatchSource,
    PerLevel,
    PerParent,
    Source,
)
from bff.graphql.schema import core

HOST = Declarations()


def source(of: str, field: str) -> Source | None:
    parent = core.get_type(of)
    assert isinstance(parent, GraphQLObjectType)
    return HOST.source(parent, parent.fields[field])


def test_each_declaration_has_its_source() -> None:
    assert source("Merchant", "name") == Attribute("name")
    merchant = source("Order", "merchant")
    assert isinstance(merchant, BatchSource)
    assert merchant.by == "merchant_id"
    returnability = source("OrderLine", "returnability")
    assert isinstance(returnability, PerLevel)
    assert returnability.convert is not None
    assert returnability.convert({"quantity": 2}) == {"quantity": 2}
    viewer = source("Query", "viewer")
    assert isinstance(viewer, PerParent)
    assert (viewer.takes_parent, viewer.takes_info, viewer.is_async) == (False, True, True)
    assert viewer.convert is None


def test_a_field_that_is_not_strawberrys_has_no_source() -> None:
    parent = core.get_type("Order")
    assert isinstance(parent, GraphQLObjectType)
    assert HOST.source(parent, GraphQLField(parent)) is None


def test_every_field_of_an_object_has_a_source() -> None:
    roots = (core.subscription_type,)
    missing = [
        f"{name}.{field}"
        for name, one in core.type_map.items()
        if isinstance(one, GraphQLObjectType) and not name.startswith("__") and one not in roots
        for field in one.fields
        if source(name, field) is None
    ]
    assert missing == []


def test_a_model_is_shown_by_one_type() -> None:
    node: Any = core.get_type("Node")
    merchant = Merchant("mer_1", "uk-gifts", "Gifts", covers_pickup=False, return_address_id=None)
    assert HOST.type_name(merchant, node) == "Merchant"


@pytest.mark.parametrize("value", [None, 1, object()])
def test_another_value_is_shown_by_none(value: Any) -> None:
    node: Any = core.get_type("Node")
    assert HOST.type_name(value, node) is None
