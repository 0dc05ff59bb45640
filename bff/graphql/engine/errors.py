"""GraphQL errors as the client may see them."""

from graphql import GraphQLError

from bff.core.faults import CODE, fault_message, log_fault


def is_fault(error: GraphQLError) -> bool:
    """What the client could not have put right: an exception in a resolver or between events.

    An exception that stands at a place of the document but at none of the answer is
    the document's own: a value that could not be read.
    """
    cause = error.original_error
    if cause is None or isinstance(cause, GraphQLError):
        return False
    return error.path is not None or not error.nodes


def masked(error: GraphQLError) -> GraphQLError:
    """A fault is logged, and the client sees its id alone."""
    if not is_fault(error):
        return error
    fault_id = log_fault(error.original_error, path=error.path)
    return GraphQLError(
        fault_message(fault_id),
        nodes=error.nodes,
        path=error.path,
        extensions={"code": CODE, "id": fault_id},
    )
