"""Functions written for one statement: values for each `?`, rows as tuples and models."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pytest
from sqlalchemy import JSON, Boolean, Column, Integer, String

from bff.db.row_mapping import (
    Constant,
    ModelColumns,
    Parameter,
    bind_of,
    fields_of,
    joined_of,
    models_of,
    rows_of,
)
from bff.db.sqlite.form import FORM
from bff.db.tables import Moment
from tests.support.world import START

ID, NAME = Column("id", Integer), Column("name", String)
SIZE, NICE, TAGS = Column("size", String), Column("nice", Boolean), Column("tags", JSON)
AT = Column("at", Moment)
STORED = "2026-03-10T02:00:00.000000+00:00"


class Size(StrEnum):
    SMALL = "SMALL"
    LARGE = "LARGE"


@dataclass(frozen=True)
class Pet:
    id: int
    name: str
    size: Size | None = None
    nice: bool | None = None
    tags: tuple[str, ...] = ()


def test_values_come_from_a_mapping_in_the_order_of_the_places() -> None:
    places: list[Parameter | Constant] = [
        Parameter("name", String()),
        Constant(7),
        Parameter("at", Moment()),
    ]
    bind = bind_of(FORM, places, by_attribute=False)
    assert bind({"at": START, "name": "cat", "more": 1}) == ("cat", 7, STORED)


def test_values_come_from_an_objects_attributes() -> None:
    bind = bind_of(FORM, [Parameter("tags", JSON()), Parameter("id", Integer())], by_attribute=True)
    assert bind(Pet(1, "cat", tags=("x",))) == ('["x"]', 1)


def test_a_missing_value_is_an_error() -> None:
    with pytest.raises(KeyError, match="name"):
        bind_of(FORM, [Parameter("name", String())], by_attribute=False)({})


def test_without_places_there_are_no_values() -> None:
    assert bind_of(FORM, [], by_attribute=False)({"id": 1}) == ()


def test_rows_are_named_tuples_of_decoded_values() -> None:
    [row] = rows_of(FORM, [ID, NICE, TAGS, AT])([(1, 0, '["x"]', STORED)])
    assert (row.id, row.nice, row.tags, row.at) == (1, False, ["x"], START)


def test_null_is_none_of_whatever_type() -> None:
    [row] = rows_of(FORM, [ID, NICE, TAGS, AT])([(None, None, None, None)])
    assert tuple(row) == (None, None, None, None)


def test_a_models_fields_are_found_by_name_in_any_order() -> None:
    rows = models_of(FORM, ModelColumns(Pet, [NAME, TAGS, SIZE, ID]))
    read = rows([("cat", '["x", "y"]', "LARGE", 1), ("dog", "[]", None, 2)])
    assert read == [Pet(1, "cat", Size.LARGE, tags=("x", "y")), Pet(2, "dog")]
    assert isinstance(read[0].size, Size)


def test_an_unknown_word_of_an_enumeration_is_an_error() -> None:
    with pytest.raises(KeyError, match="HUGE"):
        models_of(FORM, ModelColumns(Pet, [ID, NAME, SIZE]))([(1, "cat", "HUGE")])


def test_a_converter_reads_its_column_in_place_of_its_type() -> None:
    part = ModelColumns(Pet, [ID, NAME, TAGS], converters={"tags": len, "name": str.upper})
    assert models_of(FORM, part)([(1, "cat", "12345")]) == [Pet(1, "CAT", tags=5)]  # type: ignore[arg-type]


@pytest.mark.parametrize("columns", [[ID, NAME, AT], [ID, NAME, NAME]], ids=["unknown", "twice"])
def test_a_column_that_is_no_field_is_an_error(columns: list[Column[Any]]) -> None:
    with pytest.raises(LookupError, match="Pet has"):
        models_of(FORM, ModelColumns(Pet, columns))


def test_joined_models_take_their_columns_one_after_the_other() -> None:
    parts = [ModelColumns(Pet, [ID, NAME]), ModelColumns(Pet, [NAME, ID], optional=True)]
    rows = joined_of(FORM, parts)([(1, "cat", "dog", 2), (3, "cow", None, None)])
    assert rows == [(Pet(1, "cat"), Pet(2, "dog")), (Pet(3, "cow"), None)]


def test_a_models_fields_are_in_the_order_in_which_it_takes_them() -> None:
    assert fields_of(Pet) == ("id", "name", "size", "nice", "tags")
