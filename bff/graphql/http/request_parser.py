"""A request's parameters, by HTTP or websocket: each is checked before it is used."""

from typing import Any

import orjson

from bff.graphql.engine.engine import GraphQLRequest
from bff.graphql.http.persisted_documents import (
    PersistedDocuments,
    UnknownDocumentError,
    key_of,
)
from bff.http.errors import RequestError


def parse_json(text: bytes | str, what: str) -> Any:
    """Raises RequestError."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise RequestError(f"{what} must be JSON: {error}") from error


class RequestParser:
    def __init__(self, persisted: PersistedDocuments) -> None:
        self._persisted = persisted

    async def parse(self, payload: object) -> GraphQLRequest:
        """As `read`; a document that only another process knows is fetched from there."""
        try:
            return self.read(payload)
        except UnknownDocumentError as error:
            if await self._persisted.fetch(error.key):
                return self.read(payload)
            raise

    def read(self, payload: object) -> GraphQLRequest:
        """`query` or what stands for it, `variables`, `operationName` of a JSON object.

        Raises RequestError: its code is BAD_REQUEST where the form is wrong, another's where the
        document is not known or not trusted.
        """
        if not isinstance(payload, dict):
            raise RequestError("A request must be a JSON object")
        query, variables = payload.get("query"), payload.get("variables")
        name, extensions = payload.get("operationName"), payload.get("extensions")
        if query is not None and (not isinstance(query, str) or not query):
            raise RequestError("query must be a document")
        if variables is not None and not isinstance(variables, dict):
            raise RequestError("variables must be an object")
        if name is not None and not isinstance(name, str):
            raise RequestError("operationName must be a string")
        if extensions is not None and not isinstance(extensions, dict):
            raise RequestError("extensions must be an object")
        return GraphQLRequest(self._persisted.text(query, key_of(payload)), variables, name)
