"""The schema as its clients read it: printed, described, named as the field names things."""

import importlib
import pkgutil
import re
import string
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any, cast

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    build_schema,
    get_named_type,
    is_specified_scalar_type,
    parse,
    validate,
)

import bff
from bff.core.refusal import Refusal
from bff.graphql.schema import LONG, printed
from resolvers.user_errors import MESSAGES, VIEWS

ROOT = Path(__file__).parents[4]
SCHEMA = build_schema((ROOT / "schema.graphql").read_text("utf-8"))
JOURNEY = sorted((ROOT / "bff" / "graphql" / "graphiql" / "journey").glob("*.graphql"))
MUTATIONS = cast("GraphQLObjectType", SCHEMA.mutation_type).fields

# The words of the design, and the states as the Taobao Open Platform has them, translated.
NAMES = {
    "Query": "viewer node nodes pickupSlots entitlementPreview",
    "Shopper": "id nickname starLevel entitlements addresses orders returns",
    "StarLevel": "level since score next history factors updatesCursor",
    "NextStar": "level missing message ways",
    "StarFactor": "code title description value points maxPoints weight",
    "StarChange": "from to at cause message return",
    "StarLevelChange": "cursor at from to cause message return gained lost",
    "EntitlementPreview": "level entitlements gained lost",
    "Entitlement": "code title description granted unlockedAt",
    "OrderConnection": "edges nodes pageInfo totalCount",
    "OrderEdge": "cursor node",
    "ReturnConnection": "edges nodes pageInfo totalCount",
    "ReturnEdge": "cursor node",
    "PageInfo": "hasNextPage hasPreviousPage startCursor endCursor",
    "Money": "minor currency display",
    "OrderLine": "returnability returnableQuantity paid",
    "Returnability": "returnable express rules until refundQuote pickupQuote",
    "RuleCheck": "code passed why basis deadline neededFor",
    "PickupQuote": "fee payer basis cover firstKg perKg reason shopperPays message",
    "PickupSlot": "id kind startsAt endsAt capacityLeft",
    "Return": "kind status express returnAddress pickup waybill refund deadlines nextActions "
    "missedDeadlines refusal photos updatesCursor policyVersion starLevel decidedBy",
    "Deadline": "what at title thenWhat",
    "MissedDeadline": "what dueAt missedAt message",
    "NextAction": "code actor by title",
    "MerchantRefusal": "at reason goodsRefused note photos disputedAt message",
    "Photo": "url thumbnailUrl width height",
    "Pickup": "status slot address courierCompany fee return cancelReason visitFailure",
    "PickupFee": "amount payer basis reason shopperPays status finalAt weightGrams due payBy",
    "Refund": "amount advance refundedAt settledAt owed repaidAt waitingFor return",
    "Refundability": "refundable express amount rules message",
    "Waybill": "number courierCompany submittedBy submittedAt",
    "Mutation": "oneTapReturn returnCancel pickupBook pickupReschedule pickupCancel pickupFeePay "
    "waybillSubmit refundOpen refundRepay disputeOpen evidenceUploadOpen photoRemove",
    "OneTapReturnSuccess": "replayed return refundQuote pickupQuote pickupNotBooked",
    "RefundOpenSuccess": "replayed order returns",
    "EvidenceUploadOpenSuccess": "replayed return uploadUrl expiresAt method mostBytes mostPixels",
    "UserError": "code message",
    "ReturnWindowClosed": "closedOn",
    "SlotFull": "alternatives",
    "Subscription": "refundUpdates starLevelChanges",
    "RefundUpdate": "cursor at event message returnStatus pickupStatus advance deadline return",
    "ReturnKind": "RETURN_AND_REFUND REFUND_ONLY",
    "ReturnStatus": "AWAITING_MERCHANT_APPROVAL AWAITING_RETURN_SHIPMENT "
    "AWAITING_MERCHANT_RECEIPT MERCHANT_REFUSED CLOSED SUCCEEDED",
    "AdvanceStatus": "NONE APPLYING ADVANCED MERCHANT_REFUSED_GOODS CLOSED SETTLED CLAWED_BACK",
    # The platform has no word for a lost parcel.
    "PickupStatus": "AWAITING_COURIER ACCEPTED COLLECTED CANCELLED LOST",
    "PickupFeeStatus": "UNPAID PAID PAYMENT_FAILED WAIVED",
}
ARGUMENTS = {
    ("Query", "node"): "id",
    ("Query", "nodes"): "ids",
    ("Query", "pickupSlots"): "returnId addressId on",
    ("Shopper", "orders"): "first after",
    ("Shopper", "returns"): "first after",
    ("OrderLine", "returnability"): "quantity",
    ("Subscription", "refundUpdates"): "returnId after",
    ("Subscription", "starLevelChanges"): "after",
    ("Query", "entitlementPreview"): "level",
}


def own_types(schema: GraphQLSchema = SCHEMA) -> dict[str, GraphQLNamedType]:
    """Without introspection and the five scalars that every schema has."""
    return {
        name: kind
        for name, kind in schema.type_map.items()
        if not name.startswith("__") and not is_specified_scalar_type(kind)
    }


def parts(kind: GraphQLNamedType) -> Iterator[tuple[str, Any]]:
    """All that a type consists of, by its coordinate."""
    yield kind.name, kind
    if isinstance(kind, GraphQLEnumType):
        yield from ((f"{kind.name}.{name}", value) for name, value in kind.values.items())
    if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
        for name, field in kind.fields.items():
            yield f"{kind.name}.{name}", field
            for argument, about in getattr(field, "args", {}).items():
                yield f"{kind.name}.{name}({argument}:)", about


def names_of(name: str) -> set[str]:
    kind = cast("Any", SCHEMA.type_map[name])
    return set(getattr(kind, "fields", None) or kind.values)


def test_the_schema_file_is_the_printed_schema() -> None:
    assert (ROOT / "schema.graphql").read_text("utf-8") == printed()


def test_everything_has_a_description() -> None:
    found = [part for kind in own_types().values() for part in parts(kind)]
    bare = [where for where, what in found if not (what.description or "").strip()]
    assert bare == []
    assert len(found) > 300


def test_what_is_deprecated_names_a_replacement_and_a_date() -> None:
    for kind in own_types().values():
        for where, what in parts(kind):
            if reason := getattr(what, "deprecation_reason", None):
                assert re.search(r"`\w+`.*\d{4}-\d{2}-\d{2}", reason), where


@pytest.mark.parametrize("name", sorted(NAMES))
def test_names_are_those_of_the_design(name: str) -> None:
    assert names_of(name) >= set(NAMES[name].split())


@pytest.mark.parametrize("where", sorted(ARGUMENTS))
def test_arguments_are_those_of_the_design(where: tuple[str, str]) -> None:
    kind, field = where
    assert set(cast("Any", SCHEMA.type_map[kind]).fields[field].args) == set(
        ARGUMENTS[where].split()
    )


def test_states_are_no_more_and_no_fewer_than_the_platforms() -> None:
    for name in ("ReturnKind", "ReturnStatus", "AdvanceStatus", "PickupStatus", "PickupFeeStatus"):
        assert names_of(name) == set(NAMES[name].split())


def test_names_have_the_usual_case_and_no_underscore_at_the_end() -> None:
    """A bare `return_` would be one."""
    for kind in own_types().values():
        assert re.fullmatch(r"[A-Z][A-Za-z]*", kind.name)
        for where, _ in parts(kind):
            name = re.split(r"[.(]", where)[-1].removesuffix(":)")
            assert re.fullmatch(r"[A-Za-z]+|[A-Z]+(_[A-Z]+)*", name), where


@pytest.mark.parametrize("name", sorted(MUTATIONS))
def test_a_mutation_takes_one_input_with_an_idempotency_key(name: str) -> None:
    [(argument, about)] = MUTATIONS[name].args.items()
    assert argument == "input"
    given = get_named_type(about.type)
    assert isinstance(given, GraphQLInputObjectType)
    assert given.name == f"{name[0].upper()}{name[1:]}Input"
    assert str(given.fields["idempotencyKey"].type) == "String!"


@pytest.mark.parametrize("name", sorted(MUTATIONS))
def test_a_mutation_answers_with_a_success_or_user_errors(name: str) -> None:
    result = MUTATIONS[name].type
    assert not isinstance(result, GraphQLNonNull)
    assert isinstance(result, GraphQLUnionType)
    error = cast("GraphQLInterfaceType", SCHEMA.type_map["UserError"])
    success, *more = [kind for kind in result.types if error not in kind.interfaces]
    assert (success.name, more) == (f"{name[0].upper()}{name[1:]}Success", [])
    assert "replayed" in success.fields
    assert {"InvalidInput", "IdempotencyConflict"} <= {kind.name for kind in result.types}


def test_every_user_error_can_be_answered_by_a_mutation() -> None:
    error = cast("GraphQLInterfaceType", SCHEMA.type_map["UserError"])
    unions = [cast("GraphQLUnionType", field.type) for field in MUTATIONS.values()]
    answered = {kind.name for union in unions for kind in union.types}
    assert {kind.name for kind in SCHEMA.get_possible_types(error)} <= answered


def refusals(base: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    """The program's own: tests may have others."""
    for one in base.__subclasses__():
        if one.__module__.startswith("bff."):
            yield one
        yield from refusals(one)


def test_every_refusal_of_the_domain_has_a_view_and_a_message() -> None:
    for module in pkgutil.walk_packages(bff.__path__, "bff."):
        if not module.name.endswith(("__main__", ".env")) and "migrations" not in module.name:
            importlib.import_module(module.name)
    known = set(refusals())
    assert len(known) >= 28
    assert set(VIEWS) == known
    assert set(MESSAGES) == known


@pytest.mark.parametrize("refusal", sorted(MESSAGES, key=str))
def test_a_refusals_message_shows_its_own_facts(refusal: type[Refusal]) -> None:
    facts = {one.name for one in fields(cast("Any", refusal))}
    used = {name for _, name, _, _ in string.Formatter().parse(MESSAGES[refusal]) if name}
    assert used <= facts
    assert VIEWS[refusal].__name__ == refusal.__name__


IN_PAGES = re.compile(
    r"^```graphql\n(.*?)^```|'((?:query|mutation|subscription)\b[^']*)'", re.MULTILINE | re.DOTALL
)


def documents() -> dict[str, str]:
    """What is offered to be run: GraphiQL's tabs, and the examples of the README and the docs."""
    found = {path.name: path.read_text("utf-8") for path in JOURNEY}
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))):
        matches = IN_PAGES.findall(page.read_text("utf-8")) if page.exists() else []
        found |= {
            f"{page.name} {number}": fenced or quoted
            for number, (fenced, quoted) in enumerate(matches, start=1)
        }
    return found


@pytest.mark.parametrize("name", documents())
def test_documents_that_are_offered_are_valid(name: str) -> None:
    assert validate(SCHEMA, parse(documents()[name])) == []


@pytest.mark.parametrize("value", [0, -1, 2**31, 10**15, 2**63 - 1, -(2**63), 2.0])
def test_a_long_is_a_whole_number_of_64_bits(value: float) -> None:
    for coerce in (LONG.serialize, LONG.parse_value):
        assert coerce
        assert coerce(value) == value
        assert type(coerce(value)) is int


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1, 1.5, 1e300, "1", True, None, [1]])
def test_nothing_else_is_a_long(value: object) -> None:
    for coerce in (LONG.serialize, LONG.parse_value):
        assert coerce
        with pytest.raises(ValueError, match="a whole number of 64 bits is expected"):
            coerce(value)
