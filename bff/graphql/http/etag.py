"""What a client may keep of what it got.

Answers depend on who asks and change at any time: nobody else may keep one, and nobody may show
it again without asking. Asking again costs no transfer where nothing has changed.
"""

import hashlib
from dataclasses import replace
from http import HTTPStatus

from bff.graphql.engine.execution import GraphQLResponse
from bff.graphql.http.responses import NO_STORE, HttpResponse

ASK_AGAIN = (b"cache-control", b"private, no-cache")
VARY = (b"vary", b"Authorization, Accept-Language, Accept")
WEAK = b"W/"


def kept(reply: HttpResponse, answer: GraphQLResponse, if_none_match: bytes | None) -> HttpResponse:
    """With its ETag; 304 for those who have it already."""
    if answer.errors:
        return replace(reply, headers=[*reply.headers, NO_STORE])
    etag = _etag(reply)
    headers = [(b"etag", etag), ASK_AGAIN, VARY]
    if _is_known(etag, if_none_match):
        return HttpResponse(b"", headers, HTTPStatus.NOT_MODIFIED)
    return replace(reply, headers=[*reply.headers, *headers])


def _etag(reply: HttpResponse) -> bytes:
    """Strong: of the content and its type."""
    digest = hashlib.blake2b(reply.body, digest_size=16)
    for _, value in reply.headers:
        digest.update(value)
    return b'"%s"' % digest.hexdigest().encode()


def _is_known(etag: bytes, if_none_match: bytes | None) -> bool:
    known = [one.strip().removeprefix(WEAK) for one in (if_none_match or b"").split(b",")]
    return etag in known or known == [b"*"]
