from typing import Annotated

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bff.core.validation import FieldError, validation_errors


class Line(BaseModel):
    model_config = ConfigDict(extra="forbid")

    quantity: Annotated[int, Field(ge=1, description="a whole number from 1")]


Colour = Annotated[str, Field(max_length=9, description="a colour")]


class Basket(BaseModel):
    model_config = ConfigDict(extra="forbid")

    shopper: Annotated[str, Field(alias="shopperId", description="an id")]
    lines: Annotated[tuple[Line, ...], Field(description="a list of lines")] = ()
    gift: Annotated[Line | None, Field(description="a line, or null")] = None
    codes: Annotated[tuple[int, ...], Field(description="a list of numbers")] = ()
    paper: Annotated[Colour | None, Field(alias="giftPaper")] = None


def errors(text: str, within: str = "", limit: int | None = None) -> list[str]:
    with pytest.raises(ValidationError) as caught:
        Basket.model_validate_json(text)
    return [str(each) for each in validation_errors(Basket, caught.value, within, limit)]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("{}", "shopperId: expected an id"),
        ('{"shopperId": "s", "lines": 7}', "lines: expected a list of lines"),
        ('{"shopperId": "s", "lines": [7]}', "lines[0]: expected a JSON object"),
        (
            '{"shopperId": "s", "lines": [{"quantity": 1}, {"quantity": 0}]}',
            "lines[1].quantity: expected a whole number from 1",
        ),
        ('{"shopperId": "s", "gift": {}}', "gift.quantity: expected a whole number from 1"),
        ('{"shopperId": "s", "codes": [1, "x"]}', "codes[1]: expected a list of numbers"),
        ('{"shopperId": "s", "giftPaper": 7}', "giftPaper: expected a colour"),
        ('{"shopperId": "s", "x": 1}', "x: expected no such field"),
        ('{"shopperId": "s", "gift": {"quantity": 1, "y": 1}}', "gift.y: expected no such field"),
    ],
)
def test_an_error_names_the_field_and_what_would_be_right(text: str, error: str) -> None:
    assert errors(text) == [error]


def test_an_unknown_name_is_written_in_ascii_and_cut() -> None:
    [error] = errors('{"shopperId": "s", "n\\u2028' + "x" * 100 + '": 1}')
    assert error == "n\\u2028" + "x" * 57 + ": expected no such field"


def test_a_path_begins_with_where_the_input_stands() -> None:
    assert errors("[]", "data") == ["data: expected a JSON object"]
    assert errors("{}", "data") == ["data.shopperId: expected an id"]


def test_an_input_wrong_as_a_whole_has_no_field() -> None:
    with pytest.raises(ValidationError) as caught:
        Basket.model_validate_json("7")
    assert validation_errors(Basket, caught.value) == [FieldError("", "a JSON object")]


def test_no_more_errors_than_the_limit() -> None:
    lines = ", ".join(['{"quantity": 0}'] * 5)
    text = f'{{"shopperId": "s", "lines": [{lines}]}}'
    assert len(errors(text)) == 5
    assert len(errors(text, limit=3)) == 3
