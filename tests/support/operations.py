"""Every operation of the schema, with valid variables and their types."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.support.documents import ONE_TAP, WATCH
from tests.support.invalid_values import ADDRESS
from tests.support.minimal_mutations import (
    BOOK,
    CALL_OFF,
    CANCEL,
    CREATE_ADDRESS,
    DELETE_ADDRESS,
    DISPUTE,
    MOVE,
    PAY_FEE,
    REFUND,
    REMOVE,
    REPAY,
    SET_DEFAULT,
    UPDATE_ADDRESS,
    UPLOAD,
    WAYBILL,
)
from tests.support.sample_shopper import SampleShopper

Variables = dict[str, Any]
NODE = "query Node($id: ID!) { node(id: $id) { __typename id } }"
NODES = "query Nodes($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
SLOTS = """
query Slots($returnId: ID, $addressId: ID, $on: Date) {
  pickupSlots(returnId: $returnId, addressId: $addressId, on: $on) { id capacityLeft }
}"""
ORDERS = """
query Orders($first: Int!, $after: String) {
  viewer { orders(first: $first, after: $after) { totalCount nodes { id } } }
}"""
RETURNS = """
query Returns($first: Int!, $after: String) {
  viewer { returns(first: $first, after: $after) { totalCount nodes { id } } }
}"""
RETURNABILITY = """
query Returnability($line: ID!, $quantity: Int) {
  node(id: $line) { ... on OrderLine { returnability(quantity: $quantity) { express } } }
}"""


@dataclass(frozen=True)
class Operation:
    """`types` are those of the variables, by path; `good` is what would be answered well."""

    document: str
    types: Mapping[str, str]
    good: Variables


def operations(mine: SampleShopper) -> dict[str, Operation]:
    """One after the other, all can be done."""
    book = {"recipient": "String!", "phone": "String!", "region": "String!", "street": "String!"}
    address = {f"address.{name}": kind for name, kind in book.items()}
    key = {"key": "String!"}
    this = {"key": "k1", "return": mine.this_return}
    company = {"company": "String!", "number": "String!"}
    return {
        "oneTapReturn": Operation(
            ONE_TAP,
            key
            | {"line": "ID!", "quantity": "Int", "pickup": "object", "pickup.slotId": "ID"}
            | {"pickup.addressId": "ID"},
            {"key": "k1", "line": mine.line, "quantity": 1}
            | {"pickup": {"slotId": "20260310T15", "addressId": mine.address}},
        ),
        "oneTapReturn at a new address": Operation(
            ONE_TAP,
            key
            | {"line": "ID!", "pickup.address": "object"}
            | {f"pickup.{path}": kind for path, kind in address.items()},
            {"key": "k1", "line": mine.line, "pickup": {"address": ADDRESS}},
        ),
        "pickupBook": Operation(
            BOOK,
            key | {"return": "ID!", "slot": "ID", "addressId": "ID"},
            {"key": "k1", "return": mine.unpicked, "slot": "20260310T15"}
            | {"addressId": mine.address},
        ),
        "pickupReschedule": Operation(
            MOVE,
            key | {"pickup": "ID!", "slot": "ID"},
            {"key": "k1", "pickup": mine.pickup, "slot": "20260310T15"},
        ),
        "pickupCancel": Operation(
            CALL_OFF, key | {"pickup": "ID!"}, {"key": "k1", "pickup": mine.pickup}
        ),
        "pickupFeePay": Operation(
            PAY_FEE, key | {"pickup": "ID!"}, {"key": "k1", "pickup": mine.owing}
        ),
        "refundOpen": Operation(
            REFUND,
            key | {"order": "ID!", "lines": "parts"},
            {"key": "k1", "order": mine.unshipped}
            | {"lines": [{"orderLineId": mine.unshipped_line, "quantity": 1}]},
        ),
        "disputeOpen": Operation(
            DISPUTE, key | {"return": "ID!"}, {"key": "k1", "return": mine.refused}
        ),
        "refundRepay": Operation(
            REPAY, key | {"return": "ID!"}, {"key": "k1", "return": mine.taken_back}
        ),
        "photoRemove": Operation(
            REMOVE, key | {"photo": "ID!"}, {"key": "k1", "photo": mine.photo}
        ),
        "evidenceUploadOpen": Operation(UPLOAD, key | {"return": "ID!"}, this),
        "returnCancel": Operation(CANCEL, key | {"return": "ID!"}, this),
        "waybillSubmit": Operation(
            WAYBILL,
            key | {"return": "ID!"} | company,
            {"key": "k1", "return": mine.unpicked, "company": "sf", "number": "SF123456789012"},
        ),
        "addressCreate": Operation(
            CREATE_ADDRESS,
            key | {"address": "object!"} | address,
            {"key": "k1", "address": ADDRESS | {"street": "文三路9号"}},
        ),
        "addressSetDefault": Operation(
            SET_DEFAULT, key | {"addressId": "ID!"}, {"key": "k1", "addressId": mine.address}
        ),
        "addressUpdate": Operation(
            UPDATE_ADDRESS,
            key | {"addressId": "ID!", "address": "object!"} | address,
            {"key": "k1", "addressId": mine.address, "address": ADDRESS},
        ),
        "addressDelete": Operation(
            DELETE_ADDRESS,
            key | {"addressId": "ID!"},
            {"key": "k1", "addressId": mine.other_address},
        ),
        "node": Operation(NODE, {"id": "ID!"}, {"id": mine.order}),
        "nodes": Operation(NODES, {"ids": "list!"}, {"ids": [mine.order, mine.line]}),
        "pickupSlots": Operation(
            SLOTS,
            {"addressId": "ID", "on": "Date"},
            {"addressId": mine.address, "on": "2026-03-11"},
        ),
        "pickupSlots of a return": Operation(
            SLOTS, {"returnId": "ID"}, {"returnId": mine.this_return}
        ),
        "orders": Operation(ORDERS, {"first": "Int!", "after": "String"}, {"first": 2}),
        "returns": Operation(RETURNS, {"first": "Int!", "after": "String"}, {"first": 2}),
        "returnability": Operation(
            RETURNABILITY, {"line": "ID!", "quantity": "Int"}, {"line": mine.line, "quantity": 1}
        ),
        "refundUpdates": Operation(
            WATCH, {"returnId": "ID!", "after": "String"}, {"returnId": mine.this_return}
        ),
    }


def mutations(mine: SampleShopper) -> dict[str, Operation]:
    return {name: this for name, this in operations(mine).items() if "mutation" in this.document}
