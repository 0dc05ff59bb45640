"""An error in a policy file names its line, its key, and what would be right."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bff.domain.policy.file import read_policies
from bff.domain.policy.model import PolicyError, PolicyFile
from bff.settings import PACKAGED_POLICY
from tests.support.policy_files import PACKAGED, edited, errors_in, line, refused

A_VALUE = re.compile(r"^([\w-]+) = ")
JARGON = re.compile(r"pydantic|input|tuple|frozenset|dict\b|validation|None|\[key\]", re.IGNORECASE)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "window_days = 7 ",
            "window_days = 0 ",
            "policy.returning.window_days must be a whole number, 1 or more; it is 0",
        ),
        (
            "merchant_answer_hours = 72 ",
            'merchant_answer_hours = "72" ',
            'policy.returning.merchant_answer_hours must be a whole number, 1 or more; it is "72"',
        ),
        (
            "retry_hours = 6 ",
            "retry_hours = true ",
            "policy.payment.retry_hours must be a whole number, 1 or more; it is true",
        ),
        (
            "closes_hour = 20 ",
            "closes_hour = 25 ",
            "policy.pickup.closes_hour must be a whole number from 0 to 24; it is 25",
        ),
        (
            "CNY = 300000",
            "yuan = 300000",
            "policy.advance.limit_minor.yuan: the key must be a currency's three letters, "
            "such as CNY",
        ),
        (
            "GBP = 30000\n",
            "GBP = 300.5 # in pence\n",
            "policy.advance.limit_minor.GBP must be a whole number, 0 or more; it is 300.5",
        ),
        (
            "in_force_from = 2016-04-01T00:00:00+08:00",
            "in_force_from = 2016-04-01T00:00:00",
            "policy.in_force_from must be a moment with its offset, such as "
            '2016-04-01T00:00:00+08:00; it is "2016-04-01T00:00:00"',
        ),
        (
            'code = "FREE_PICKUP"',
            'code = "FREE_LUNCH"',
            "policy.entitlements.code must be one of SEVEN_DAY_RETURN, DOOR_PICKUP, "
            "EXPRESS_RETURN, ADVANCE_REFUND, FREE_PICKUP, EXPRESS_REFUND, "
            'ADVANCE_WITHOUT_LIMIT; it is "FREE_LUNCH"',
        ),
        (
            "thresholds = [55, 65, 75, 90]",
            "thresholds = [55, 65, 75]",
            "policy.scorecard.thresholds must be a list of 4, each a whole number, 0 or more; "
            "it has too few",
        ),
        (
            'region = "浙江省杭州市余杭区"',
            'region = ""',
            'policy.returning.fallback_address.region must be text that is not empty; it is ""',
        ),
        (
            "capacity = 50",
            "capacity = 3000000000",
            "policy.pickup.capacity must be a whole number from 1 to 1000000; it is 3000000000",
        ),
        ("capacity = 50", "capacitee = 50", "policy.pickup.capacitee is not known; did you mean "),
        ("first_kg = 1 ", "first_kg = 1\nby = 2", "policy.pickup.by is not known; known here: "),
    ],
)
def test_an_error_is_one_line(tmp_path: Path, old: str, new: str, expected: str) -> None:
    text = edited((old, new))
    message = refused(tmp_path, text)
    where = line(text, new) + new.rstrip().count("\n")
    assert message.startswith(f"ours.toml:{where}: {expected}")
    assert "\n" not in message


@pytest.mark.parametrize(
    ("old", "header", "expected"),
    [
        (
            "capacity = 50 ",
            "[policy.pickup]",
            "policy.pickup.capacity is missing; it must be a whole number from 1 to 1000000",
        ),
        (
            'zh = "男女鞋", ',
            'shoes = { en = "Shoes" }',
            "policy.categories.shoes.zh is missing; it must be text that is not empty",
        ),
        (
            "[policy.evidence]\nmost_photos = 3 ",
            "[[policy]]",
            "policy.evidence is missing; it must be a table with most_photos",
        ),
    ],
)
def test_a_missing_key_is_an_error_where_it_belongs(
    tmp_path: Path, old: str, header: str, expected: str
) -> None:
    text = edited((old, "# " if old.endswith(" ") and header[0] == "[" else ""))
    assert refused(tmp_path, text) == f"ours.toml:{line(text, header)}: {expected}"


def test_all_errors_are_given_together_in_the_order_of_the_file(tmp_path: Path) -> None:
    changes = (
        ("opens_hour = 9 ", "opens_hour=99 "),
        ("window_days = 7 ", "window_days = 0 "),
        ("[policy.pilot]", "[policy.pilots]"),
        ("thresholds = [55, ", "thresholds = [66, "),
    )
    text = edited(*changes)
    lines = refused(tmp_path, text).splitlines()
    assert [one.partition(": ")[0] for one in lines] == sorted(
        (f"ours.toml:{line(text, new)}" for _, new in changes),
        key=lambda place: int(place.partition(":")[2]),
    )
    assert "policy.pilots is not known; did you mean pilot?" in lines[1]


@settings(deadline=None)
@given(data=st.data())
def test_a_wrong_value_at_any_key_is_an_error_on_its_line(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    other = PACKAGED.replace("2016-pilot", "later").replace("= 2016-", "= 2017-")
    lines = (PACKAGED + other).split("\n")
    at = data.draw(st.sampled_from([n for n, one in enumerate(lines) if A_VALUE.match(one)]))
    key = lines[at].partition(" = ")[0]
    lines[at] = f"{key} = nan"
    for spot in sorted(data.draw(st.lists(st.integers(0, at), max_size=5)), reverse=True):
        lines.insert(spot, "# x = [")
        at += 1
    message = refused(tmp_path_factory.mktemp("policy"), "\n".join(lines))
    assert re.fullmatch(
        rf"ours\.toml:{at + 1}: policy\.[\w.-]*{key} must be .*; it is NaN", message
    )


@settings(deadline=None)
@given(drop=st.sets(st.integers(0, PACKAGED.count("\n")), max_size=40))
def test_whatever_is_left_out_is_an_error_in_plain_words_and_once(
    tmp_path_factory: pytest.TempPathFactory, drop: set[int]
) -> None:
    path = tmp_path_factory.mktemp("policy") / "ours.toml"
    lines = PACKAGED.split("\n")
    path.write_text("\n".join(one for n, one in enumerate(lines) if n not in drop), "utf-8")
    errors = errors_in(path)
    assert all(re.match(r"ours\.toml:[1-9]\d*: \S", one) for one in errors)
    assert len(set(errors)) == len(errors)
    assert not [one for one in errors if JARGON.search(one)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "ours.toml:1: policy is missing; it must be a list of at least 1, each a table with "),
        ("\npolicy = []", "ours.toml:2: policy must be a list of at least 1, each a table with "),
        ("[policy]\nversion = 1", "ours.toml:1: policy must be a list of at least 1, each a "),
        ("[[policy]]\nversion = [1]\n[[policy]]\nversion = [1]", "ours.toml:1: policy.advance is "),
    ],
)
def test_a_file_without_a_policy(tmp_path: Path, text: str, expected: str) -> None:
    assert refused(tmp_path, text).startswith(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            '[[policy]]\nversion = "x\n',
            "2: Illegal character '\\n' at column 13: the text before it is not closed",
        ),
        (
            "\nversion = soon\n",
            "2: Invalid value at column 11: text needs quotation marks, a number digits only",
        ),
        ("a = 1\na = 2\n", "2: Cannot overwrite a value at column 6: the key is there already"),
        ("a = [1,\n\n\n", "1: Invalid value at the end of the file"),
        ("a = " + "1" * 5000, " Exceeds the limit"),
        ("a = " + "[" * 100_000, " maximum recursion depth exceeded"),
    ],
)
def test_what_is_no_toml_is_an_error_on_its_line(tmp_path: Path, text: str, expected: str) -> None:
    assert refused(tmp_path, text).startswith(f"ours.toml:{expected}")


def test_what_is_no_text_is_an_error_on_its_line(tmp_path: Path) -> None:
    path = tmp_path / "ours.toml"
    path.write_bytes(b"[[policy]]\nversion = '\xff\xfe'")
    with pytest.raises(PolicyError, match=r"^ours\.toml:2: the file must be text in UTF-8$"):
        read_policies(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=r"^gone\.toml: cannot be read: No such file or dir"):
        read_policies(tmp_path / "gone.toml")


@pytest.mark.parametrize("begins", ["", "\ufeff"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_any_editors_file_is_read(tmp_path: Path, begins: str, ends: str) -> None:
    path = tmp_path / "ours.toml"
    path.write_text(begins + PACKAGED, "utf-8", newline=ends)
    assert read_policies(path) == read_policies(PACKAGED_POLICY)


WORDED = {
    *("$defs", "$ref", "additionalProperties", "properties", "propertyNames", "patternProperties"),
    *("type", "title", "description", "default", "required", "anyOf", "uniqueItems"),
    *("items", "prefixItems", "minItems", "maxItems", "enum", "format", "pattern"),
    *("minimum", "maximum", "minLength", "maxLength"),
}
TYPES = {"object", "array", "integer", "string", "null"}


def schemas(schema: object, *, named: bool = False) -> Iterator[dict[str, object]]:
    """Every schema in a schema; `named` where the keys are names and no keywords."""
    if isinstance(schema, list):
        for inner in schema:
            yield from schemas(inner)
    if isinstance(schema, dict):
        if not named:
            yield schema
        for key, inner in schema.items():
            names = not named and key in {"properties", "patternProperties", "$defs"}
            yield from schemas(inner, named=names)


def test_there_are_words_for_every_constraint_of_the_model() -> None:
    found = list(schemas(PolicyFile.model_json_schema()))
    assert {keyword for schema in found for keyword in schema} <= WORDED
    assert {schema["type"] for schema in found if "type" in schema} <= TYPES
    assert all("minimum" in schema for schema in found if schema.get("type") == "integer")
