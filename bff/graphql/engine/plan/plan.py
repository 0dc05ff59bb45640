"""An operation, compiled: made once, run for every request."""

from collections.abc import Mapping
from typing import Any

from graphql import DocumentNode, GraphQLSchema, OperationDefinitionNode

from bff.graphql.engine.plan.arguments import Variables
from bff.graphql.engine.plan.codegen import CodeGenerator
from bff.graphql.engine.plan.runtime import Run
from bff.graphql.engine.plan.selections import Selections, conditions
from bff.graphql.engine.plan.shapes import Shape, Shaper
from bff.graphql.engine.plan.sources import Host, PerParent, UnplannableError

MAX_VARIANTS = 16


class Plan:
    """One a set of values of the variables that @include and @skip depend on.

    `fields`: how large it is.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        host: Host,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        told: Mapping[str, bool],
    ) -> None:
        selections = Selections(schema, document, told)
        shaper = Shaper(schema, host, selections)
        root = schema.get_root_type(operation.operation)
        if root is None:
            raise UnplannableError(operation.operation.value)
        shape = shaper.shape(root, [operation.selection_set])
        if root is schema.mutation_type:
            _expect_one_effect(shape)
        self.fields = shaper.fields
        self._objects = CodeGenerator(host, schema.mutation_type).objects(shape)

    async def data(self, run: Run, root: Any = None) -> dict[str, Any]:
        """What the answer shows; plain JSON values. Raises whatever goes wrong."""
        [data] = await self._objects([root], run)
        shown: dict[str, Any] = data
        return shown


def _expect_one_effect(shape: Shape) -> None:
    """Of several, each is shown before the next is done: where a later one fails, it is too late
    for graphql-core to show the earlier ones as they were."""
    effects = [one.source for one in shape.fields if one.source]
    if len(effects) > 1 or not all(isinstance(one, PerParent) and one.is_async for one in effects):
        raise UnplannableError("more than one effect")


class PlannedOperation:
    """An operation with its plans: `fields` in all. Raises UnplannableError where it has none."""

    def __init__(
        self,
        schema: GraphQLSchema,
        host: Host,
        document: DocumentNode,
        operation: OperationDefinitionNode,
    ) -> None:
        self._schema = schema
        self._host = host
        self._document = document
        self._operation = operation
        self._variables = Variables(schema, operation)
        # Another operation of the document may have conditions of its own.
        self._conditions = self._variables.among(conditions(document))
        self._plans: dict[tuple[bool, ...], Plan | None] = {}
        self.fields = 0

    def begin(self, context: Any, inputs: Mapping[str, Any] | None) -> tuple[Plan, Run]:
        """Raises UnplannableError, or a GraphQLError, where graphql-core has to answer."""
        variables = self._variables.coerced(inputs)
        told = tuple(_told(variables.coerced.get(name)) for name in self._conditions)
        if told not in self._plans:
            self._add(told)
        plan = self._plans[told]
        if plan is None:
            raise UnplannableError("as was found out before")
        return plan, Run(context, variables)

    def _add(self, told: tuple[bool, ...]) -> None:
        if len(self._plans) == MAX_VARIANTS:
            raise UnplannableError("too many variants")
        self._plans[told] = None
        values = dict(zip(self._conditions, told, strict=True))
        plan = Plan(self._schema, self._host, self._document, self._operation, values)
        self._plans[told] = plan
        self.fields += plan.fields


def _told(value: Any) -> bool:
    if not isinstance(value, bool):
        raise UnplannableError("a condition that is no Boolean")
    return value
