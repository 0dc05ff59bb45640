"""Shapes as Python source: a function a type, and expressions for what is plain."""

from typing import Any

from graphql import (
    GraphQLObjectType,
    GraphQLOutputType,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)

from bff.graphql.engine.plan.branches import Branch
from bff.graphql.engine.plan.leaves import null, reader, written
from bff.graphql.engine.plan.runtime import Objects, each, listed, not_null, nullable, once
from bff.graphql.engine.plan.shapes import Field, Shape
from bff.graphql.engine.plan.sources import Attribute, BatchSource, Host, PerLevel, PerParent

EFFECT = "[await run.mutate({key!r}, {call})]"


class CodeGenerator:
    """Writes and compiles. Of `mutation`, a type, the field is an effect."""

    def __init__(self, host: Host, mutation: GraphQLObjectType | None) -> None:
        self._host = host
        self._mutation = mutation

    def objects(self, shape: Shape) -> Objects:
        return _FunctionSource(self, shape, shape.type is self._mutation).compiled()

    def below(self, field: Field) -> Objects:
        written = {name: self.objects(shape) for name, shape in field.below.items()}
        if not field.is_abstract:
            return written[get_named_type(field.type).name]
        abstract: Any = get_named_type(field.type)
        return Branch(abstract, self._host, written).complete


class _FunctionSource:
    def __init__(self, writer: CodeGenerator, shape: Shape, is_effect: bool) -> None:
        self._writer = writer
        self._shape = shape
        self._is_effect = is_effect
        self._known: dict[str, Any] = {"null": null, "each": each}
        self._first: dict[str, str] = {}
        self._names = 0

    def compiled(self) -> Objects:
        body = [self._dicts(), *(self._later(one) for one in self._shape.fields if not one.plain)]
        first = [f"{name} = {value}" for value, name in self._first.items()]
        lines = ["ds = []", *first, *body, "return ds"]
        text = "\n".join(f"    {line}" for line in "\n".join(lines).split("\n"))
        exec(f"async def objects(xs, run):\n{text}", self._known)  # noqa: S102 - our own source
        # Taken out, or the function and what it knows would hold one another for ever.
        made: Objects = self._known.pop("objects")
        return made

    def _dicts(self) -> str:
        """What is not plain gets its place now, and its value later."""
        entries = (
            f"{one.key!r}: {self._plain(one, self._shape, 'x') if one.plain else None}"
            for one in self._shape.fields
        )
        # A loop: what a comprehension holds for a moment, it holds in cells.
        return f"for x in xs: ds.append({{{', '.join(entries)}}})"

    def _plain(self, field: Field, shape: Shape, parent: str) -> str:
        if field.source is None:
            return repr(shape.type.name)
        return self._inline(field, field.type, self._value(field, parent))

    def _value(self, field: Field, parent: str) -> str:
        match field.source:
            case Attribute(name):
                return f"{parent}.{name}"
            case PerParent():
                return self._call(field, field.source, parent)
            case _:
                return parent

    def _call(self, field: Field, source: PerParent, parent: str) -> str:
        taken = [parent] if source.takes_parent else []
        taken += [self._info(field)] if source.takes_info else []
        return f"{self._name(source.call)}({', '.join(taken + self._given(field))})"

    def _info(self, field: Field) -> str:
        return self._at_first(f"run.info({field.name!r})")

    def _given(self, field: Field) -> list[str]:
        if field.given is None:
            return []
        if field.given.known is not None:
            return [f"**{self._name(field.given.known)}"]
        return ["**" + self._at_first(f"run.arguments({self._name(field.given)})")]

    def _inline(self, field: Field, kind: GraphQLOutputType, value: str) -> str:
        """An expression that completes the value, which has nothing to wait for."""
        must = is_non_null_type(kind)
        kind = kind.of_type if must else kind  # type: ignore[union-attr]
        if is_leaf_type(kind):
            return written(kind, value, self._name(reader(kind)), self._held(), nullable=not must)
        held = self._held()
        within = self._within(field, kind, held)
        return f"({within} if ({held} := {value}) is not None else {'null()' if must else None})"

    def _within(self, field: Field, kind: GraphQLOutputType, held: str) -> str:
        if is_list_type(kind):
            one = self._held()
            return f"[{self._inline(field, kind.of_type, one)} for {one} in {held}]"
        return self._object(field, held)

    def _object(self, field: Field, held: str) -> str:
        [shape] = field.below.values()  # what is abstract is never plain
        entries = (f"{one.key!r}: {self._plain(one, shape, held)}" for one in shape.fields)
        return f"{{{', '.join(entries)}}}"

    def _later(self, field: Field) -> str:
        values = f"vs = {self._values(field)}"
        if self._waits_below(field):
            shown = "v"
            values += f"\nvs = await {self._name(self._completer(field))}(vs, run)"
        else:
            shown = self._inline(field, field.type, "v")
        return f"{values}\nfor d, v in zip(ds, vs, strict=True): d[{field.key!r}] = {shown}"

    @staticmethod
    def _waits_below(field: Field) -> bool:
        return field.is_abstract or not all(one.plain for one in field.below.values())

    def _values(self, field: Field) -> str:
        match field.source:
            case BatchSource(by, load):
                return f"await {self._name(load)}(run.context, [x.{by} for x in xs])"
            case PerLevel(level):
                given = ", ".join(["xs", self._info(field), *self._given(field)])
                return f"await {self._name(level)}({given})"
            case PerParent(is_async=True):
                call = self._call(field, field.source, "x")
                if self._is_effect:
                    return EFFECT.format(key=field.key, call=call)
                return f"await each([{call} for x in xs])"
            case _:
                return f"[{self._value(field, 'x')} for x in xs]"

    def _completer(self, field: Field) -> Objects:
        below = self._writer.below(field)
        # Of lists that rows lie in, no two hold the same row.
        shares = isinstance(field.source, BatchSource) and not is_list_type(
            get_nullable_type(field.type)
        )
        return _wrapped(field.type, once(below) if shares else below)

    def _at_first(self, value: str) -> str:
        if value not in self._first:
            self._first[value] = self._held()
        return self._first[value]

    def _held(self) -> str:
        self._names += 1
        return f"v{self._names}"

    def _name(self, thing: Any) -> str:
        name = f"k{len(self._known)}"
        self._known[name] = thing
        return name


def _wrapped(kind: GraphQLOutputType, objects: Objects) -> Objects:
    if is_non_null_type(kind):
        return not_null(_within(kind.of_type, objects))
    return nullable(_within(kind, objects))


def _within(kind: GraphQLOutputType, objects: Objects) -> Objects:
    return listed(_wrapped(kind.of_type, objects)) if is_list_type(kind) else objects
