"""Who may see the same."""

from dataclasses import replace

from tests.support.recording_subscribers import ANONYMOUS


def test_audiences_are_equal_whatever_makes_their_contexts() -> None:
    other = replace(ANONYMOUS, make_context=lambda: None)  # type: ignore[arg-type,return-value]
    assert other == ANONYMOUS
    assert hash(other) == hash(ANONYMOUS)
    assert replace(ANONYMOUS, shopper_id="sho_1") != ANONYMOUS
    assert replace(ANONYMOUS, language="zh") != ANONYMOUS
    assert replace(ANONYMOUS, base="http://there") != ANONYMOUS
