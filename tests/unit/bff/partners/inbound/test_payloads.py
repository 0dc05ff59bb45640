"""Payloads of webhooks: strict about what is known, and open for what is not."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from bff.core.validation import validation_errors
from bff.partners.inbound.payloads import (
    MAX_PHOTOS,
    GoodsInspected,
    OfPickup,
    PaidOrder,
    PickupAccepted,
    PickupWeighed,
    ReturnRefused,
    StarLevelDecided,
    WebhookPayload,
)
from bff.partners.inbound.reports import REPORTS
from tests.support.text_fields import takes_nul, text_fields

PHOTO = "https://photos.example/1.jpg"
REFUSED = {
    "returnId": "ret_1",
    "outcome": "REFUSED",
    "reason": "EMPTY_PARCEL",
    "photos": [PHOTO],
}


def read(model: type[WebhookPayload], data: dict[str, Any]) -> Any:
    return model.model_validate_json(json.dumps(data))


def wrong_fields(model: type[WebhookPayload], data: dict[str, Any]) -> list[str]:
    with pytest.raises(ValidationError) as raised:
        read(model, data)
    return [error.field for error in validation_errors(model, raised.value)]


def test_fields_that_are_not_known_are_passed_over() -> None:
    payload = read(OfPickup, {"pickupId": "pic_1", "driver": {"name": "x"}})
    assert (payload.pickup_id, payload.courier_company) == ("pic_1", None)


@pytest.mark.parametrize("value", ["", "with space", "x" * 81, "键", 1, None])
def test_an_identifier_is_a_short_word(value: object) -> None:
    assert wrong_fields(OfPickup, {"pickupId": value}) == ["pickupId"]


@pytest.mark.parametrize("weight", [0, 100_001, 1.5, "800", True])
def test_a_weight_is_whole_grams_within_reason(weight: object) -> None:
    data = {"pickupId": "pic_1", "weightGrams": weight}
    assert wrong_fields(PickupWeighed, data) == ["weightGrams"]


@pytest.mark.parametrize("field", ["courierName", "courierPhone", "pickupCode"])
def test_what_a_courier_is_called_is_refused_with_what_would_be_right(field: str) -> None:
    data = {"pickupId": "pic_1", "courierCompany": "sf", field: "?" * 100}
    with pytest.raises(ValidationError) as raised:
        read(PickupAccepted, data)
    [error] = validation_errors(PickupAccepted, raised.value)
    assert error.field == field
    assert "1 to" in error.expected or "5 to 32 digits" in error.expected


@pytest.mark.parametrize("level", [0, 6, "3"])
def test_a_level_is_from_one_to_five(level: object) -> None:
    assert wrong_fields(StarLevelDecided, {"shopperId": "sho_1", "level": level}) == ["level"]


@pytest.mark.parametrize("note", ["a\nb", "", "x" * 1_000, "备注 😀"])
def test_a_note_may_have_lines(note: str) -> None:
    data = {"shopperId": "sho_1", "level": 3, "note": note}
    assert read(StarLevelDecided, data).note == note


@pytest.mark.parametrize("note", ["\0", "a\x1bb", "\x7f", "x" * 1_001])
def test_a_note_has_no_control_characters_and_an_end(note: str) -> None:
    data = {"shopperId": "sho_1", "level": 3, "note": note}
    assert wrong_fields(StarLevelDecided, data) == ["note"]


@pytest.mark.parametrize(
    "photos",
    [["http://photos.example/1"], ["x"], [f"https://a.example/{'x' * 2_000}"], [PHOTO] * 4],
    ids=["no https", "no address", "too long", "too many"],
)
def test_photos_are_a_few_https_addresses(photos: list[str]) -> None:
    data = {"returnId": "ret_1", "reason": "NOT_AGREED", "photos": photos}
    fields = wrong_fields(ReturnRefused, data)
    assert [field.partition("[")[0] for field in fields] == ["photos"]
    assert len([PHOTO] * 4) == MAX_PHOTOS + 1


def test_goods_that_are_accepted_need_no_reason() -> None:
    payload = read(GoodsInspected, {"returnId": "ret_1", "outcome": "ACCEPTED"})
    assert (payload.reason, payload.photos, payload.note) == (None, (), "")


@pytest.mark.parametrize("missing", [["reason"], ["photos"], ["reason", "photos"]])
def test_goods_that_are_refused_need_a_reason_and_a_photo(missing: list[str]) -> None:
    data = {name: value for name, value in REFUSED.items() if name not in missing}
    assert wrong_fields(GoodsInspected, data) == missing
    assert read(GoodsInspected, REFUSED).outcome == "REFUSED"


MODELS = [report.model for reports in REPORTS.values() for report in reports.values()]


@pytest.mark.parametrize("model", dict.fromkeys(MODELS))
def test_no_text_has_a_nul(model: type[WebhookPayload]) -> None:
    assert takes_nul(model) == []


def test_texts_are_found_however_deep() -> None:
    assert {name for name, _ in text_fields(PaidOrder)} >= {
        "order_no",
        "lines.sku",
        "ship_to.phone",
    }
