"""What a client may store of a response to a GET."""

import pytest

from bff.graphql.http.etag import REVALIDATE, VARY, etag_of, with_etag
from bff.graphql.http.responses import GRAPHQL_TYPE, JSON_TYPE, NO_STORE, HttpResponse

RESPONSE = HttpResponse(b"{}", [JSON_TYPE])
ETAG = etag_of(RESPONSE)


def test_an_etag_is_of_the_body_and_its_type() -> None:
    assert etag_of(HttpResponse(b"{}", [JSON_TYPE])) == ETAG
    assert etag_of(HttpResponse(b"[]", [JSON_TYPE])) != ETAG
    assert etag_of(HttpResponse(b"{}", [GRAPHQL_TYPE])) != ETAG
    assert ETAG.startswith(b'"')


@pytest.mark.parametrize("if_none_match", [None, b"", b'"other"', b'"a", "b"'])
def test_what_the_client_does_not_have_is_sent_with_its_etag(if_none_match: bytes | None) -> None:
    response = with_etag(RESPONSE, if_none_match, cacheable=True)
    assert (response.status, response.body) == (200, b"{}")
    assert response.headers == [JSON_TYPE, (b"etag", ETAG), REVALIDATE, VARY]


@pytest.mark.parametrize("if_none_match", [ETAG, b"W/" + ETAG, b'"a", ' + ETAG, b"*"])
def test_what_the_client_has_is_not_sent_again(if_none_match: bytes) -> None:
    response = with_etag(RESPONSE, if_none_match, cacheable=True)
    assert (response.status, response.body) == (304, b"")
    assert response.headers == [(b"etag", ETAG), REVALIDATE, VARY]


def test_a_response_with_errors_is_never_stored() -> None:
    response = with_etag(RESPONSE, ETAG, cacheable=False)
    assert response == HttpResponse(b"{}", [JSON_TYPE, NO_STORE])
