"""The rules' numbers as data: what a file may say, and which version counts."""

from datetime import timedelta
from pathlib import Path

from bff.domain.policy.file import read_policies
from bff.domain.policy.model import Policy, in_force
from bff.settings import PACKAGED_POLICY
from tests.support.models import POLICY, shanghai

GIFTS = Path(__file__).parents[5] / "examples" / "gifts-policy.toml"
A_MICROSECOND = timedelta(microseconds=1)


def test_the_packaged_policy_says_what_the_sources_say() -> None:
    [policy] = read_policies(PACKAGED_POLICY)
    assert policy.returning.window_days == 7
    assert policy.merchant_answers_within == timedelta(hours=72)
    assert policy.pilot.categories == {"womenswear", "menswear", "accessories", "shoes"}
    assert (policy.pickup.opens_hour, policy.pickup.closes_hour) == (9, 20)
    assert (policy.pickup.within_hours, policy.pickup.answer_within_minutes) == (2, 5)
    assert (policy.unlocked_at("EXPRESS_RETURN"), policy.unlocked_at("ADVANCE_REFUND")) == (3, 3)


def test_every_category_has_its_name_in_both_languages() -> None:
    named = POLICY.returning.never | POLICY.pilot.categories
    assert named <= POLICY.categories.keys()
    assert POLICY.category_title("shoes", "zh") == "男女鞋"
    assert POLICY.category_title("shoes", "en") == "Shoes"
    assert POLICY.category_title("unheard-of", "en") == "unheard-of"


def test_the_example_lets_the_gift_shop_in_without_a_limit() -> None:
    [policy] = read_policies(GIFTS)
    assert policy.pilot.categories == {"gifts"}
    assert policy.pilot.merchants == {"uk-gifts"}
    assert policy.advance.limit_minor == {}
    assert policy.pickup.fee_minor == {"GBP": 350}
    assert policy.pickup.per_kg_minor.keys() == {"GBP"}
    assert all(by.keys() == {"GBP"} for by in policy.pickup.cover_limit_minor.values())


def test_the_example_differs_from_the_packaged_policy_only_where_it_says_so() -> None:
    [example] = read_policies(GIFTS)
    own = {"version", "in_force_from", "pilot", "advance", "categories"}
    packaged, gifts = (one.model_dump(exclude=own) for one in (POLICY, example))
    for document in (packaged, gifts):
        for by_currency in ("fee_minor", "per_kg_minor", "cover_limit_minor"):
            document["pickup"].pop(by_currency)
    assert gifts == packaged


def test_a_policy_survives_being_stored() -> None:
    assert Policy.model_validate(POLICY.model_dump(mode="json")) == POLICY


def test_versions_are_read_oldest_first(tmp_path: Path) -> None:
    text = PACKAGED_POLICY.read_text("utf-8")
    older = text.replace("2016-pilot", "2015").replace("2016-04-01", "2015-01-01")
    path = tmp_path / "two.toml"
    path.write_text(text + older, "utf-8")
    assert [policy.version for policy in read_policies(path)] == ["2015", "2016-pilot"]


def test_the_newest_that_has_begun_is_in_force() -> None:
    begins = [shanghai("2016-04-01T00:00"), shanghai("2026-01-01T00:00")]
    old, new = (
        POLICY.model_copy(update={"version": str(at.year), "in_force_from": at}) for at in begins
    )
    versions = [old, new]
    assert in_force(versions, begins[1] - A_MICROSECOND) is old
    assert in_force(versions, begins[1]) is new
    assert in_force(versions, begins[0] - timedelta(days=365)) is old


def test_a_copy_with_other_numbers_goes_by_them() -> None:
    assert POLICY.grants("FREE_PICKUP", 4)
    assert POLICY.scorecard.part("ORDERS") is not None
    bare = POLICY.model_copy(update={"entitlements": ()})
    card = POLICY.scorecard.model_copy(update={"factors": ()})
    assert (bare.grants("FREE_PICKUP", 5), card.part("ORDERS")) == (False, None)
    assert POLICY.model_copy() == POLICY
