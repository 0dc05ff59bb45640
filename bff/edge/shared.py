"""What HTTP and the websocket share: who asks, what is asked, and what runs it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from starlette.requests import HTTPConnection
from starlette.types import Scope

from bff.auth import Tokens
from bff.context import Context
from bff.edge.asking import Reader
from bff.evidence.links import Links, Signer, base_of
from bff.execution import Runner
from bff.locale.language import Language
from bff.services import Services

Headers = Mapping[bytes, bytes]


@dataclass(frozen=True)
class Edge:
    """`signer` signs links to photos."""

    services: Services
    tokens: Tokens
    signer: Signer
    runner: Runner
    reader: Reader

    def context(self, scope: Scope, shopper_id: str | None, language: Language) -> Context:
        """For one operation or one event. `scope`: the connection that it came by."""
        services = self.services
        return Context(
            services.db, services.book, partial(self._links, scope), shopper_id, language
        )

    def _links(self, scope: Scope) -> Links:
        asked = str(HTTPConnection(scope).base_url)
        return Links(self.signer, base_of(self.services.settings.public_base, asked))


def headers_of(scope: Scope) -> Headers:
    """By their names in lower case; of those that come more than once, the first."""
    raw: list[tuple[bytes, bytes]] = scope["headers"]
    return dict(reversed(raw))


def text_of(headers: Headers, name: bytes) -> str | None:
    value: Any = headers.get(name)
    return None if value is None else value.decode("latin-1")
