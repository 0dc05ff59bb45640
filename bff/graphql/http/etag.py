"""What a client may store of the responses to its GET requests.

They depend on the shopper and change at any time: no shared cache may store one, and a client
shows a stored one only after it has asked whether it still holds. Then an unchanged one costs no
transfer.
"""

import hashlib
from dataclasses import replace
from http import HTTPStatus

from bff.graphql.http.responses import NO_STORE, HttpResponse

REVALIDATE = (b"cache-control", b"private, no-cache")
VARY = (b"vary", b"Authorization, Accept-Language, Accept")
WEAK = b"W/"


def with_etag(
    response: HttpResponse, if_none_match: bytes | None, *, cacheable: bool
) -> HttpResponse:
    """304 for a client that has stored the same. With errors, nothing is stored."""
    if not cacheable:
        return replace(response, headers=[*response.headers, NO_STORE])
    etag = etag_of(response)
    headers = [(b"etag", etag), REVALIDATE, VARY]
    stored = [one.strip().removeprefix(WEAK) for one in (if_none_match or b"").split(b",")]
    if etag in stored or stored == [b"*"]:
        return HttpResponse(b"", headers, HTTPStatus.NOT_MODIFIED)
    return replace(response, headers=[*response.headers, *headers])


def etag_of(response: HttpResponse) -> bytes:
    """Strong: of the body and its headers."""
    digest = hashlib.blake2b(response.body, digest_size=16)
    for _, value in response.headers:
        digest.update(value)
    return b'"%s"' % digest.hexdigest().encode()
