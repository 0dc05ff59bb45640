"""Each entry that a refusal names has words."""

import ast
from collections.abc import Iterator
from pathlib import Path

from strawberry.utils.str_converters import to_camel_case

from bff.domain.orders.records import AddressForm
from resolvers.messages.inputs import FIELDS, OTHER, field_words

ROOT = Path(__file__).parents[4]
REFUSALS = {"InvalidInput", "NotFound", "invalid_quantity"}


def named_fields() -> Iterator[str]:
    """The last names of the paths with which the sources make a refusal."""
    for folder in ("bff", "resolvers"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                match node:
                    case ast.Call(func=ast.Name(id=name), args=[first, *_]) if name in REFUSALS:
                        yield from _last_name(first)


def _last_name(path: ast.expr) -> Iterator[str]:
    match path:
        case (
            ast.Constant(value=str(text))
            | ast.JoinedStr(values=[*_, ast.Constant(value=str(text))])
        ):
            yield text.rpartition(".")[2]


def test_every_field_that_a_refusal_names_has_words() -> None:
    named = set(named_fields())
    assert {"quantity", "addressId", "waybillNumber"} <= named
    assert named - FIELDS.keys() == set()
    assert {to_camel_case(name) for name in AddressForm.model_fields} <= FIELDS.keys()


def test_a_path_is_known_by_its_last_name() -> None:
    assert field_words("pickup.address.phone") == field_words("phone") == "the phone number"
    assert field_words("lines.0.quantity") == "the quantity"
    assert field_words("somethingNew") == OTHER
