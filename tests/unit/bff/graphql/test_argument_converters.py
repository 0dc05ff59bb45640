"""Arguments are converted as strawberry does it."""

from typing import Any

import pytest
from graphql import OperationDefinitionNode, parse
from graphql.execution import get_argument_values
from strawberry.types.arguments import convert_arguments
from strawberry.types.field import StrawberryField

from bff.graphql.argument_converters import converter
from bff.graphql.declarations import DEFINITION
from bff.graphql.schema import core, schema

KEY = 'idempotencyKey: "k"'
HOME = '{recipient: "r", phone: "p", region: "q", street: "s"}'
OPERATIONS = {
    "nothing": "{ pickupSlots { id } }",
    "a date": '{ pickupSlots(returnId: "r", on: "2026-03-10") { id } }',
    "nulls": "{ pickupSlots(returnId: null, on: null) { id } }",
    "a list": '{ nodes(ids: ["a", 7]) { id } }',
    "one for a list": '{ nodes(ids: "a") { id } }',
    "a number": "{ entitlementPreview(level: 3) { level } }",
    "an input": f'mutation {{ returnCancel(input: {{{KEY}, returnId: "r"}}) {{ __typename }} }}',
    "an input within": f"""mutation {{ oneTapReturn(input: {{
        {KEY}, orderLineId: "o", quantity: 2, pickup: {{slotId: 1, address: {HOME}}}
    }}) {{ __typename }} }}""",
    "an input of nulls": f"""mutation {{ oneTapReturn(input: {{
        {KEY}, orderLineId: "o", quantity: null, pickup: null
    }}) {{ __typename }} }}""",
    "lists of inputs": f"""mutation {{ refundOpen(input: {{
        {KEY}, orderId: "o", lines: [{{orderLineId: "l", quantity: 1}}, {{orderLineId: "m"}}]
    }}) {{ __typename }} }}""",
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_arguments_are_converted_as_strawberry_does(name: str) -> None:
    operation = parse(OPERATIONS[name]).definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    node: Any = operation.selection_set.selections[0]
    root: Any = core.get_root_type(operation.operation)
    field = root.fields[node.name.value]
    definition = field.extensions[DEFINITION]
    assert isinstance(definition, StrawberryField)
    values = get_argument_values(field, node)
    registry = schema.schema_converter.scalar_registry
    expected = convert_arguments(values, definition.arguments, registry, schema.config)
    convert = converter(definition)
    assert convert is not None
    assert convert(values) == expected
