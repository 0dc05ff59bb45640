"""The rules' numbers as data: what a file may say, and how a mistake in it is told."""

from datetime import timedelta
from pathlib import Path

import pytest

from bff.policy.model import Policy, PolicyError, in_force, read_policies
from bff.settings import PACKAGED_POLICY
from tests.domain.making import POLICY, shanghai

GIFTS = Path(__file__).parents[2] / "examples" / "gifts-policy.toml"
A_MICROSECOND = timedelta(microseconds=1)


def refused(folder: Path, text: str) -> str:
    path = folder / "ours.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(PolicyError) as caught:
        read_policies(path)
    return str(caught.value)


def edited(old: str, new: str) -> str:
    text = PACKAGED_POLICY.read_text("utf-8")
    assert text.count(old) == 1, old
    return text.replace(old, new)


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


def test_the_example_differs_from_the_packaged_policy_only_where_it_says_so() -> None:
    [example] = read_policies(GIFTS)
    own = {"version", "in_force_from", "pilot", "advance", "categories"}
    packaged, gifts = (one.model_dump(exclude=own) for one in (POLICY, example))
    for document in (packaged, gifts):
        document["pickup"].pop("fee_minor")
    assert gifts == packaged


def test_a_policy_survives_being_stored() -> None:
    assert Policy.model_validate(POLICY.model_dump(mode="json")) == POLICY


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "window_days = 7 ",
            "window_days = 0 ",
            "policy.0.returning.window_days: Input should be greater than or equal to 1",
        ),
        (
            "merchant_answer_hours = 72 ",
            'merchant_answer_hours = "soon" ',
            "policy.0.returning.merchant_answer_hours: Input should be a valid integer",
        ),
        (
            "closes_hour = 20 ",
            "closes_hour = 25 ",
            "policy.0.pickup.closes_hour: Input should be less than or equal to 24",
        ),
        ("CNY = 300000", "yuan = 300000", "policy.0.advance.limit_minor.yuan.[key]"),
        ("GBP = 30000\n", "GBP = 300.5\n", "policy.0.advance.limit_minor.GBP: Input should be"),
        ("CNY = 1200", "CNY = -1", "policy.0.pickup.fee_minor.CNY: Input should be greater"),
        (
            "in_force_from = 2016-04-01T00:00:00+08:00",
            "in_force_from = 2016-04-01T00:00:00",
            "policy.0.in_force_from: Input should have timezone info",
        ),
        ("capacity = 50", "capacitee = 50", "policy.0.pickup.capacity: Field required"),
        ('code = "FREE_PICKUP"', 'code = "FREE_LUNCH"', "policy.0.entitlements.4.code"),
        (
            "thresholds = [55, 65, 75, 90]",
            "thresholds = [55, 65, 75]",
            "policy.0.scorecard.thresholds.3: Field required",
        ),
        ('zh = "男女鞋", ', "", "policy.0.categories.shoes.zh: Field required"),
    ],
)
def test_a_mistake_is_told_with_the_files_name_and_the_fields_path(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    message = refused(tmp_path, edited(old, new))
    assert message.startswith(f"ours.toml: {told}")


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    text = edited("window_days = 7 ", "window_days = 0 ").replace(
        "opens_hour = 9 ", "opens_hour=99 "
    )
    message = refused(tmp_path, text)
    assert "policy.0.returning.window_days" in message
    assert "policy.0.pickup.opens_hour" in message


def test_a_missing_section_is_named(tmp_path: Path) -> None:
    text = edited("[policy.pilot]", "[policy.pilots]")
    message = refused(tmp_path, text)
    assert "policy.0.pilot: Field required" in message
    assert "policy.0.pilots: Extra inputs are not permitted" in message


@pytest.mark.parametrize(
    ("text", "told"),
    [("", "policy: Field required"), ("policy = []", "policy: Tuple should have at least 1 item")],
)
def test_a_file_without_a_policy(tmp_path: Path, text: str, told: str) -> None:
    assert refused(tmp_path, text).startswith(f"ours.toml: {told}")


def test_what_is_no_toml_is_told_with_its_line(tmp_path: Path) -> None:
    message = refused(tmp_path, '[[policy]]\nversion = "x\n')
    assert message.startswith("ours.toml: ")
    assert "line 2" in message


def test_what_is_no_text_is_told_with_the_files_name(tmp_path: Path) -> None:
    path = tmp_path / "ours.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(PolicyError, match=r"ours\.toml: "):
        read_policies(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=r"gone\.toml: .*No such file"):
        read_policies(tmp_path / "gone.toml")


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
