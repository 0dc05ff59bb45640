"""Values for arguments: as literals, as variables, as variables within literals."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLBoolean,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    get_named_type,
    get_nullable_type,
    is_input_object_type,
    is_list_type,
    is_non_null_type,
)

from tests.support.differential.index import Argument
from tests.support.differential.pool import CURSOR, EVENT, Picker
from tests.support.differential.tree import Value

BIG = 2**31
PAGES = (*(1, 2, 3) * 4, 5, 5, 8, 8, 20, 100)
# Of another type than is expected, or not even that
ILL: Mapping[str, tuple[Any, ...]] = {
    "Int": (BIG, -BIG - 1, 5.5, "5", True, [], {}, [1], 1e40),
    "ID": (5.5, True, {}, [], ["ret_none"], 1e30),
    "String": (5, True, {}, [], 1.5),
    "Boolean": ("true", 1, 0, {}, []),
    "Date": ("2026-13-45", "nonsense", "", 5, True, {}, "2026-03-10T00:00:00", "20260310"),
}
# Of another type, and taken all the same
TAKEN: Mapping[str, tuple[Any, ...]] = {"Int": (2.0,), "ID": (5, -1, "5")}
KINDS = {
    "returnId": "ret",
    "addressId": "adr",
    "pickupId": "pic",
    "orderId": "ord",
    "orderLineId": "oli",
}
OPEN = {
    "returnId": "ret open",
    "pickupId": "pic open",
    "orderId": "ord open",
    "orderLineId": "oli open",
}
COMPANIES = {"cainiao": "CN{:010}", "sf": "SF{:012}", "yto": "YT{:013}", "ups": "UP{}"}


@dataclass(frozen=True, slots=True)
class Variable:
    """`null`: whether it may be null where it is used."""

    name: str
    type: Any
    default: str | None
    purpose: str
    kind: str | None
    null: bool

    @property
    def declared(self) -> str:
        return str(self.type) + (f" = {self.default}" if self.default is not None else "")


class Values:
    def __init__(self, picker: Picker, *, changing: bool = False) -> None:
        self.picker = picker
        self._changing = changing
        self.variables: dict[str, Variable] = {}

    def of(self, argument: Argument, kind: str | None = None) -> Value:
        """`kind`: of what an id should be."""
        return self._of(argument.type, argument.name, kind, has_default=argument.has_default)

    def condition(self) -> Value:
        """A variable of a directive's."""
        return self._variable(GraphQLNonNull(GraphQLBoolean), "if", None, has_default=False)

    def _of(self, type: Any, purpose: str, kind: str | None, *, has_default: bool) -> Value:  # noqa: A002
        if self.picker.happens(0.45):
            return self._variable(type, purpose, kind, has_default=has_default)
        bare = get_nullable_type(type)
        if is_list_type(bare) and self.picker.happens(0.9):
            return self._list(bare, purpose, kind)
        if is_input_object_type(bare):
            return self._object(bare)
        return Value(literal(self._json(type, purpose, kind)))

    def _list(self, type: GraphQLList[Any], purpose: str, kind: str | None) -> Value:  # noqa: A002
        items = [
            self._of(type.of_type, purpose, kind, has_default=False) for _ in range(self._length())
        ]
        text = ", ".join(item.text for item in items)
        return Value(f"[{text}]", frozenset().union(*(item.variables for item in items)))

    def _length(self) -> int:
        return (
            101
            if self.picker.odd and self.picker.happens(0.02)
            else self.picker.one_of(0, 1, 2, 3, 4)
        )

    def _object(self, type: GraphQLInputObjectType) -> Value:  # noqa: A002
        parts: list[tuple[str, Value]] = []
        for name, field in type.fields.items():
            if is_non_null_type(field.type) or self.picker.happens(0.5):
                parts.append((name, self._of(field.type, name, None, has_default=False)))
        text = ", ".join(f"{name}: {value.text}" for name, value in parts)
        used: frozenset[str] = frozenset().union(*(value.variables for _, value in parts))
        return Value("{" + text + "}", used)

    def _variable(self, type: Any, purpose: str, kind: str | None, *, has_default: bool) -> Value:  # noqa: A002
        known = [
            one.name
            for one in self.variables.values()
            if one.purpose == purpose
            and fits(one, type, has_default=has_default)
            and (not (one.null and is_non_null_type(type)) or self.picker.is_odd)
        ]
        if known and self.picker.happens(0.35):
            name = self.picker.one_of(*known)
        else:
            name = self._declare(type, purpose, kind, has_default=has_default)
        return Value(f"${name}", frozenset({name}))

    def _declare(self, type: Any, purpose: str, kind: str | None, *, has_default: bool) -> str:  # noqa: A002
        name = f"{self.picker.one_of('v', 'id', 'input', purpose)}{len(self.variables)}"
        bare = get_nullable_type(type)
        required = is_non_null_type(type)
        default = None
        if self.picker.happens(0.35):
            json_type = type if required else self.picker.one_of(type, GraphQLNonNull(bare))
            default = literal(self._json(json_type, purpose, kind))
        may_be_nullable = not required or default not in (None, "null") or has_default
        nullable = may_be_nullable and (default == "null" or self.picker.happens(0.7))
        declared = bare if nullable else GraphQLNonNull(bare)
        null = not required
        self.variables[name] = Variable(name, declared, default, purpose, kind, null)
        return name

    def given(self) -> dict[str, Any]:
        """What a client sends: what is optional may be left out."""
        sent: dict[str, Any] = {}
        for name, one in self.variables.items():
            required = is_non_null_type(one.type) and one.default is None
            if self.picker.is_odd and self.picker.happens(0.5):
                self._send_ill(sent, one)
            elif required or self.picker.happens(0.75):
                sent[name] = self._good(one)
        if self.picker.happens(0.03):
            sent["unknown"] = {"of": ["no", "account"]}
        return sent

    def _good(self, one: Variable) -> Any:
        if one.null and not is_non_null_type(one.type) and self.picker.happens(0.1):
            return None
        taken = TAKEN.get(str(get_nullable_type(one.type)))
        if taken and self.picker.happens(0.02):
            return self.picker.one_of(*taken)
        return self._json(GraphQLNonNull(get_nullable_type(one.type)), one.purpose, one.kind)

    def _send_ill(self, sent: dict[str, Any], one: Variable) -> None:
        """Null, nothing, or a value of another type."""
        if self.picker.happens(0.25):
            return
        invalid = ILL.get(get_named_type(one.type).name, ("nonsense",))
        sent[one.name] = None if self.picker.happens(0.3) else self.picker.one_of(*invalid)

    def _json(self, type: Any, purpose: str, kind: str | None) -> Any:  # noqa: A002
        bare = get_nullable_type(type)
        if not is_non_null_type(type) and self.picker.happens(0.1):
            return None
        if is_list_type(bare):
            return [self._json(bare.of_type, purpose, kind) for _ in range(self._length())]
        if is_input_object_type(bare):
            return self._json_object(bare)
        found = self._scalar(purpose, kind)
        return (
            found if found is not None or not is_non_null_type(type) else self._instead(bare.name)
        )

    def _instead(self, name: str) -> Any:
        return {"Int": 1, "Boolean": True}.get(name, "none")

    def _json_object(self, type: GraphQLInputObjectType) -> dict[str, Any]:  # noqa: A002
        return {
            name: self._json(field.type, name, None)
            for name, field in type.fields.items()
            if is_non_null_type(field.type) or self.picker.happens(0.6)
        }

    def _kind(self, purpose: str) -> str | None:
        """Where something is to be done: mostly with what it can be done with."""
        may_be_open = self._changing and purpose in OPEN and self.picker.happens(0.85)
        return (OPEN if may_be_open else KINDS).get(purpose)

    def _scalar(self, purpose: str, kind: str | None) -> Any:
        pick = self.picker
        if purpose in ("id", "ids") or purpose in KINDS:
            return pick.id(kind if kind and kind != EVENT else self._kind(purpose))
        if purpose == "after":
            return pick.cursor(kind or CURSOR)
        return SCALARS[purpose](pick)


def _waybill(pick: Picker) -> str:
    company = pick.one_of(*COMPANIES)
    return COMPANIES[company].format(pick.one_of(*range(50)))


class Word(str):
    """A value of an enum, which has no quotes in a document."""

    __slots__ = ()


SCALARS: Mapping[str, Callable[[Picker], Any]] = {
    "first": lambda pick: pick.number(*PAGES, odd=(0, -1, 101, BIG - 1)),
    "quantity": lambda pick: pick.number(None, 1, 1, 2, 3, odd=(0, -1, 99)),
    "level": lambda pick: pick.number(1, 2, 3, 4, 5, odd=(0, 6, -1)),
    "on": lambda pick: pick.day(),
    "if": lambda pick: pick.happens(0.7),
    "includeDeprecated": lambda pick: pick.happens(0.5),
    "name": lambda pick: pick.one_of("Return", "Node", "Shopper", "Date", "ReturnStatus", "Nope"),
    "idempotencyKey": lambda pick: "" if pick.is_odd else f"key {pick.one_of(*range(200))}",
    "slotId": lambda pick: pick.slot(),
    "courierCompany": lambda pick: pick.one_of(*COMPANIES),
    "waybillNumber": _waybill,
    "recipient": lambda pick: pick.one_of("李四", "张三", ""),
    "phone": lambda pick: pick.one_of("139", "13800000000", "+86 139-0000-0000"),
    "region": lambda pick: pick.one_of("浙江省杭州市西湖区", "北京海淀区", "x"),
    "ifNotPossible": lambda pick: Word(pick.one_of("OFFER", "BOOK_NEXT")),
    "areaCode": lambda pick: pick.one_of(None, "330106", "110108", "1"),
    "isDefault": lambda pick: pick.happens(0.5),
    "photoId": lambda pick: f"pho_{pick.one_of(*range(5))}",
    "street": lambda pick: pick.one_of("文三路1号", "文三路 1号", "1"),
}


def fits(variable: Variable, location: Any, *, has_default: bool) -> bool:
    """Whether a variable may be used where a value of this type is expected."""
    if str(get_nullable_type(variable.type)) != str(get_nullable_type(location)):
        return False
    if not is_non_null_type(location) or is_non_null_type(variable.type):
        return True
    return has_default or variable.default not in (None, "null")


def literal(value: Any) -> str:
    """In GraphQL's own writing."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {literal(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(literal, value)) + "]"
    if isinstance(value, Word):
        return str(value)
    return json.dumps(value, ensure_ascii=False)
