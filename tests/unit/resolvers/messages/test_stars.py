from bff.domain.stars.model import StarChangeCause
from resolvers.messages import stars
from tests.support.messages import assert_covers, assert_translated, placeholders
from tests.support.models import POLICY


def test_every_cause_has_a_message_in_both_languages() -> None:
    assert_covers(stars.CAUSES, StarChangeCause)


def test_every_factor_of_the_policy_has_a_message_for_one_and_for_several_more() -> None:
    assert {factor.code for factor in POLICY.scorecard.factors} <= set(stars.MORE)
    for one, several in stars.MORE.values():
        assert_translated(one)
        assert_translated(several)
        assert (placeholders(one), placeholders(several)) == (set(), {"missing"})


def test_sentences_about_points_are_in_both_languages() -> None:
    for message in (stars.BY_STAFF, stars.ALONE, stars.NOT_ALONE, stars.COMES_BACK):
        assert_translated(message)
