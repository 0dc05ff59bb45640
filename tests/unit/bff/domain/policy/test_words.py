"""Errors of the policy's model in plain words, each once."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from bff.domain.policy.model import PolicyFile
from bff.domain.policy.words import as_json, dotted, keyed_errors, shortened
from tests.support.models import POLICY

DOCUMENT = POLICY.model_dump(mode="json")


def errors(section: str, **changes: Any) -> list[tuple[Any, str]]:
    """Of the policy with other values in a section; None leaves a key out."""
    values = {
        key: value for key, value in (DOCUMENT[section] | changes).items() if value is not None
    }
    with pytest.raises(ValidationError) as caught:
        PolicyFile.model_validate_json(
            json.dumps({"policy": [DOCUMENT | {section: values}]}), strict=True
        )
    return list(keyed_errors(caught.value.errors()))


@pytest.mark.parametrize(
    ("section", "changes", "keys", "message"),
    [
        (
            "pickup",
            {"capacity": 0},
            ("capacity",),
            "policy.pickup.capacity must be a whole number from 1 to 1000000; it is 0",
        ),
        (
            "pickup",
            {"opens_hour": 25},
            ("opens_hour",),
            "policy.pickup.opens_hour must be a whole number from 0 to 24; it is 25",
        ),
        (
            "pickup",
            {"capacity": None},
            ("capacity",),
            "policy.pickup.capacity is missing; it must be a whole number from 1 to 1000000",
        ),
        (
            "pickup",
            {"capacity": None, "capcity": 50},
            ("capcity",),
            "policy.pickup.capcity is not known; did you mean capacity?",
        ),
        (
            "pilot",
            {"merchant": []},
            ("merchant",),
            "policy.pilot.merchant is not known; known here: categories, merchants",
        ),
        (
            "pilot",
            {"merchants": [""]},
            ("merchants", 0),
            'policy.pilot.merchants must be text of 1 to 64 characters; it is ""',
        ),
        (
            "pickup",
            {"couriers": []},
            ("couriers",),
            "policy.pickup.couriers must be a list of at least 1, each a table with code, name, "
            "waybill_pattern; it is []",
        ),
        (
            "pickup",
            {"window_starts": 9},
            ("window_starts",),
            "policy.pickup.window_starts must be a list, each a whole number from 0 to 24; it is 9",
        ),
        (
            "pickup",
            {"fee_minor": 9},
            ("fee_minor",),
            "policy.pickup.fee_minor must be a table; it is 9",
        ),
        (
            "pickup",
            {"cover_limit_minor": {"NOBODY": {}}},
            ("cover_limit_minor", "NOBODY"),
            "policy.pickup.cover_limit_minor.NOBODY: the key must be one of MERCHANT, INSURER, "
            "PLATFORM",
        ),
        (
            "categories",
            {"x" * 65: {"zh": "女装", "en": "Womenswear"}},
            ("x" * 65,),
            f"policy.categories.{'x' * 65}: the key must be text of 1 to 64 characters",
        ),
        (
            "scorecard",
            {"thresholds": [1, 2, 3]},
            ("thresholds",),
            "policy.scorecard.thresholds must be a list of 4, each a whole number, 0 or more; it "
            "has too few",
        ),
        (
            "returning",
            {"fallback_address": {}},
            ("fallback_address", "recipient"),
            "policy.returning.fallback_address.recipient is missing; it must be text that is not "
            "empty",
        ),
    ],
)
def test_an_error_says_what_is_wrong_and_what_would_be_right(
    section: str, changes: dict[str, Any], keys: tuple[str | int, ...], message: str
) -> None:
    assert errors(section, **changes)[0] == (("policy", 0, section, *keys), message)


def test_a_key_written_wrongly_is_one_error() -> None:
    assert len(errors("pickup", capacity=None, capcity=50)) == 1
    assert len(errors("pickup", capacity=None, by=50)) == 2


def test_a_wrong_item_is_one_error_though_it_leaves_the_list_with_too_few() -> None:
    [(keys, message)] = errors("pickup", couriers=[7])
    assert keys == ("policy", 0, "pickup", "couriers", 0)
    assert message == (
        "policy.pickup.couriers must be a table with code, name, waybill_pattern; it is 7"
    )


def test_a_path_names_no_index() -> None:
    assert dotted(("policy", 0, "pickup", "couriers", 2, "code")) == "policy.pickup.couriers.code"


def test_what_toml_holds_beyond_json_is_text() -> None:
    moments = [datetime(2026, 1, 2, tzinfo=UTC), date(2026, 1, 2)]
    assert as_json(moments) == '["2026-01-02T00:00:00+00:00", "2026-01-02"]'
    assert as_json("路") == '"路"'


def test_long_values_are_cut() -> None:
    assert shortened("x" * 40) == "x" * 40
    assert shortened("x" * 41) == "x" * 40 + "…"
