"""Moments in UTC, one text for each; money that is never negative; indexes of some rows."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import CheckConstraint, Column, Dialect, Integer, MetaData, Table
from sqlalchemy.dialects.postgresql import dialect as postgresql
from sqlalchemy.schema import CreateIndex

from bff.core.clock import SHANGHAI
from bff.db.sqlite.form import FORM
from bff.db.tables.base import index_where, minor, moment, moment_from, moment_text, quantity, to
from tests.support.world import START

POSTGRESQL: Dialect = postgresql()  # type: ignore[no-untyped-call]


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (START, "2026-03-10T02:00:00.000000+00:00"),
        (START.astimezone(SHANGHAI), "2026-03-10T02:00:00.000000+00:00"),
        (START + timedelta(microseconds=1), "2026-03-10T02:00:00.000001+00:00"),
        (None, None),
    ],
)
def test_a_moment_is_stored_in_utc_with_six_places(at: datetime | None, text: str | None) -> None:
    assert moment_text(at) == text


def test_texts_of_moments_sort_as_the_moments_do() -> None:
    moments = [START + timedelta(microseconds=number * 333_333) for number in range(9)]
    texts = [str(moment_text(at)) for at in moments]
    assert texts == sorted(texts)
    assert [moment_from(text) for text in texts] == moments


def test_a_moment_without_a_zone_is_an_error() -> None:
    with pytest.raises(ValueError, match="a moment without a zone: 2026-03-10"):
        moment_text(datetime(2026, 3, 10))  # noqa: DTZ001 - that is what is refused


def things() -> Table:
    metadata = MetaData()
    columns = (to("others", "other_id"), moment("at"), *minor("fee_minor"), *quantity())
    return Table("things", metadata, Column("id", Integer, primary_key=True), *columns)


def test_money_and_quantities_are_checked_and_references_kept() -> None:
    table = things()
    checks = {str(each.sqltext) for each in table.constraints if isinstance(each, CheckConstraint)}
    assert checks == {"fee_minor >= 0", "quantity > 0"}
    [reference] = table.c.other_id.foreign_keys
    assert reference.target_fullname == "others.id"
    assert not table.c.at.nullable


@pytest.mark.parametrize("dialect", [FORM.dialect, POSTGRESQL], ids=["sqlite", "postgresql"])
def test_an_index_of_some_rows_is_one_in_both_databases(dialect: Dialect) -> None:
    table = things()
    index = index_where(table.c.at.is_(None), table.c.other_id, name="ix", unique=True)
    sql = str(CreateIndex(index).compile(dialect=dialect))
    assert sql == "CREATE UNIQUE INDEX ix ON things (other_id) WHERE at IS NULL"
