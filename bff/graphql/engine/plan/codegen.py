"""Shapes as Python source: a function for each type, expressions for plain fields."""

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
from bff.graphql.engine.plan.coroutines import gather
from bff.graphql.engine.plan.leaves import leaf_expression, null, serialiser_of
from bff.graphql.engine.plan.runtime import Objects, distinct, in_lists, non_null, nullable
from bff.graphql.engine.plan.shapes import Field, Shape
from bff.graphql.engine.plan.sources import Attribute, BatchSource, Host, PerLevel, PerParent

EFFECT = "[await run.mutate({key!r}, {call})]"


class CodeGenerator:
    """Generates and compiles functions. The field of the type `mutation` is an effect."""

    def __init__(self, host: Host, mutation: GraphQLObjectType | None) -> None:
        self._host = host
        self._mutation = mutation

    def objects(self, shape: Shape) -> Objects:
        return _FunctionSource(self, shape, shape.type is self._mutation).compiled()

    def below(self, field: Field) -> Objects:
        functions = {name: self.objects(shape) for name, shape in field.below.items()}
        if not field.is_abstract:
            return functions[get_named_type(field.type).name]
        abstract: Any = get_named_type(field.type)
        return Branch(abstract, self._host, functions).complete


class _FunctionSource:
    """`_globals`: objects that the function uses, by their names in it. `_constants`: names of
    what is computed once a call, before the first object."""

    def __init__(self, generator: CodeGenerator, shape: Shape, is_effect: bool) -> None:
        self._generator = generator
        self._shape = shape
        self._is_effect = is_effect
        self._globals: dict[str, Any] = {"null": null, "gather": gather}
        self._constants: dict[str, str] = {}
        self._locals = 0

    def compiled(self) -> Objects:
        body = [self._dicts(), *(self._later(one) for one in self._shape.fields if not one.plain)]
        constants = [f"{name} = {value}" for value, name in self._constants.items()]
        lines = ["ds = []", *constants, *body, "return ds"]
        text = "\n".join(f"    {line}" for line in "\n".join(lines).split("\n"))
        exec(f"async def objects(xs, run):\n{text}", self._globals)  # noqa: S102 - our own source
        # Taken out, or the function and its globals would refer to one another.
        function: Objects = self._globals.pop("objects")
        return function

    def _dicts(self) -> str:
        """A field that is not plain gets its place now, and its value later."""
        entries = (
            f"{one.key!r}: {self._plain(one, self._shape, 'x') if one.plain else None}"
            for one in self._shape.fields
        )
        # A loop: a comprehension would keep the variables of its conditions in cells.
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
        arguments = [parent] if source.takes_parent else []
        arguments += [self._info(field)] if source.takes_info else []
        return f"{self._global(source.call)}({', '.join(arguments + self._arguments(field))})"

    def _info(self, field: Field) -> str:
        return self._constant(f"run.info({field.name!r})")

    def _arguments(self, field: Field) -> list[str]:
        if field.arguments is None:
            return []
        if field.arguments.constant is not None:
            return [f"**{self._global(field.arguments.constant)}"]
        return ["**" + self._constant(f"run.arguments({self._global(field.arguments)})")]

    def _inline(self, field: Field, kind: GraphQLOutputType, value: str) -> str:
        """An expression that completes a value without waiting."""
        must = is_non_null_type(kind)
        kind = kind.of_type if must else kind  # type: ignore[union-attr]
        if is_leaf_type(kind):
            serialiser = self._global(serialiser_of(kind))
            return leaf_expression(kind, value, serialiser, self._local(), nullable=not must)
        local = self._local()
        if is_list_type(kind):
            item = self._local()
            within = f"[{self._inline(field, kind.of_type, item)} for {item} in {local}]"
        else:
            [shape] = field.below.values()  # an abstract type is never plain
            entries = (f"{one.key!r}: {self._plain(one, shape, local)}" for one in shape.fields)
            within = f"{{{', '.join(entries)}}}"
        return f"({within} if ({local} := {value}) is not None else {'null()' if must else None})"

    def _later(self, field: Field) -> str:
        values = f"vs = {self._values(field)}"
        if field.is_abstract or not all(one.plain for one in field.below.values()):
            completed = "v"
            values += f"\nvs = await {self._global(self._completer(field))}(vs, run)"
        else:
            completed = self._inline(field, field.type, "v")
        return f"{values}\nfor d, v in zip(ds, vs, strict=True): d[{field.key!r}] = {completed}"

    def _values(self, field: Field) -> str:
        match field.source:
            case BatchSource(by, load):
                return f"await {self._global(load)}(run.context, [x.{by} for x in xs])"
            case PerLevel(call):
                arguments = ", ".join(["xs", self._info(field), *self._arguments(field)])
                return f"await {self._global(call)}({arguments})"
            case PerParent(is_async=True):
                coroutine = self._call(field, field.source, "x")
                if self._is_effect:
                    return EFFECT.format(key=field.key, call=coroutine)
                return f"await gather([{coroutine} for x in xs])"
            case _:
                return f"[{self._value(field, 'x')} for x in xs]"

    def _completer(self, field: Field) -> Objects:
        below = self._generator.below(field)
        is_list = is_list_type(get_nullable_type(field.type))
        # Of lists that rows lie in, no two hold the same row.
        shares = isinstance(field.source, BatchSource) and not is_list
        return _completing(field.type, distinct(below) if shares else below)

    def _constant(self, value: str) -> str:
        if value not in self._constants:
            self._constants[value] = self._local()
        return self._constants[value]

    def _local(self) -> str:
        self._locals += 1
        return f"v{self._locals}"

    def _global(self, thing: Any) -> str:
        name = f"k{len(self._globals)}"
        self._globals[name] = thing
        return name


def _completing(kind: GraphQLOutputType, objects: Objects) -> Objects:
    """`objects` for values of this type: perhaps null, perhaps in lists."""
    must = is_non_null_type(kind)
    kind = kind.of_type if must else kind  # type: ignore[union-attr]
    if is_list_type(kind):
        objects = in_lists(_completing(kind.of_type, objects))
    return non_null(objects) if must else nullable(objects)
