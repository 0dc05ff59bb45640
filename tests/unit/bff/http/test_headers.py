"""Headers by name."""

from bff.http.headers import headers_of, text_of


def test_a_header_is_found_by_its_name_in_lower_case() -> None:
    headers = headers_of({"headers": [(b"accept", b"a"), (b"host", b"\xe9")]})
    assert (headers[b"accept"], text_of(headers, b"host")) == (b"a", "é")
    assert text_of(headers, b"origin") is None


def test_values_of_one_name_are_one_list() -> None:
    raw = [(b"accept", b"a"), (b"host", b"h"), (b"accept", b"b"), (b"accept", b"c")]
    assert headers_of({"headers": raw}) == {b"accept": b"a, b, c", b"host": b"h"}
    assert headers_of({"headers": []}) == {}
