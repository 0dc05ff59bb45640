"""An operation, compiled: made once, run for every request, a level of objects at a time.

A plan gives the data of a query, of a mutation or of a subscription's event, as graphql-core
would, where nothing goes wrong. Whatever it does not know, and every error, is graphql-core's.
"""

from collections.abc import Mapping
from typing import Any

from graphql import DocumentNode, GraphQLSchema, OperationDefinitionNode

from bff.graphql.engine.plan.arguments import Variables
from bff.graphql.engine.plan.codegen import CodeGenerator
from bff.graphql.engine.plan.runtime import Run
from bff.graphql.engine.plan.selections import Selections, condition_variables
from bff.graphql.engine.plan.shapes import Shape, ShapeBuilder
from bff.graphql.engine.plan.sources import Host, PerParent, UnplannableError

MAX_VARIANTS = 16


class Plan:
    """For one set of values of the variables that @include and @skip depend on.

    `fields`: how large it is.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        host: Host,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        conditions: Mapping[str, bool],
    ) -> None:
        builder = ShapeBuilder(schema, host, Selections(schema, document, conditions))
        root = schema.get_root_type(operation.operation)
        if root is None:
            raise UnplannableError(operation.operation.value)
        shape = builder.shape(root, [operation.selection_set])
        if root is schema.mutation_type:
            _check_effects(shape)
        self.fields = builder.fields
        self._objects = CodeGenerator(host, schema.mutation_type).objects(shape)

    async def data(self, run: Run, root: Any = None) -> dict[str, Any]:
        """The response's data, plain JSON values. Raises whatever goes wrong."""
        data: dict[str, Any]
        [data] = await self._objects([root], run)
        return data


def _check_effects(shape: Shape) -> None:
    """Raises UnplannableError for more than one: GraphQL completes each before the next is done,
    and where a later one fails, graphql-core could not complete the earlier ones as they were."""
    effects = [one.source for one in shape.fields if one.source]
    if len(effects) > 1 or not all(isinstance(one, PerParent) and one.is_async for one in effects):
        raise UnplannableError("more than one effect")


class PlannedOperation:
    """An operation with its plans, of `fields` in all. Raises UnplannableError without one."""

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
        self._conditions = self._variables.among(condition_variables(document))
        self._plans: dict[tuple[Any, ...], Plan | None] = {}
        self.fields = 0

    def begin(self, context: Any, inputs: Mapping[str, Any] | None) -> tuple[Plan, Run]:
        """Raises UnplannableError, or a GraphQLError, where graphql-core has to execute it."""
        variables = self._variables.coerced(inputs)
        values = tuple([variables.coerced.get(name) for name in self._conditions])
        if values not in self._plans:
            self._add(values)
        plan = self._plans[values]
        if plan is None:
            raise UnplannableError("no plan for these values, as was found before")
        return plan, Run(context, variables)

    def _add(self, values: tuple[Any, ...]) -> None:
        if not all(isinstance(value, bool) for value in values):
            raise UnplannableError("a condition that is no Boolean")
        if len(self._plans) == MAX_VARIANTS:
            raise UnplannableError("too many variants")
        self._plans[values] = None
        conditions = dict(zip(self._conditions, values, strict=True))
        plan = Plan(self._schema, self._host, self._document, self._operation, conditions)
        self._plans[values] = plan
        self.fields += plan.fields
