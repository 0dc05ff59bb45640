"""What tables are made of. Money is `*_minor` with a currency; moments are UTC with zone.

JSON is `json` on PostgreSQL, not `jsonb`: it comes back as it was written, as on SQLite, and no
statement looks into it.
"""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import (
    TIMESTAMP,
    BigInteger,
    CheckConstraint,
    Column,
    ColumnElement,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.types import TypeDecorator, TypeEngine

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

moment_from = datetime.fromisoformat


@lru_cache(1024)
def moment_text(value: datetime | None) -> str | None:
    """Raises ValueError for a moment without a zone. A write's own moment is stored many times."""
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError(f"a moment without a zone: {value}")
    utc = value.astimezone(UTC)
    if utc.microsecond == 0:  # which orjson leaves out
        return utc.isoformat(timespec="microseconds")
    return orjson.dumps(utc)[1:-1].decode()  # `isoformat` takes four times as long


class Moment(TypeDecorator[datetime]):
    """On SQLite UTC text of one width, `2026-01-02T03:04:05.000000+00:00`: it sorts as time does.

    On PostgreSQL a `timestamptz`.
    """

    impl: TypeEngine[Any] | type[TypeEngine[Any]] = String(32)
    cache_ok: bool | None = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(TIMESTAMP(timezone=True))
        return dialect.type_descriptor(String(32))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        return value if dialect.name == "postgresql" else moment_text(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return moment_from(value) if isinstance(value, str) else value


class ShortText(String):
    """The doors hold its length: PostgreSQL takes any, as SQLite does. Both sort it by code points,
    as Python sorts `str`."""


@compiles(ShortText, "postgresql")
def _short_text(*_: object, type_expression: object = None, **_options: object) -> str:
    """The sorting is a column's, not a value's."""
    return 'TEXT COLLATE "C"' if isinstance(type_expression, Column) else "TEXT"


def identifier() -> Column[str]:
    return Column("id", ShortText(80), primary_key=True)


def owner() -> Column[str]:
    """The shopper's id, as the parent row has it; NO_SHOPPER where it is nobody's. NULL in what the
    former version writes while it still serves, until a trigger fills it in."""
    return Column("shopper_id", ShortText(80), nullable=True)


def moment(name: str, *, nullable: bool = False, **options: Any) -> Column[datetime]:
    return Column(name, Moment, nullable=nullable, **options)


def to(target: str, name: str, *, nullable: bool = False, **options: Any) -> Column[str]:
    return Column(name, ShortText(80), ForeignKey(f"{target}.id"), nullable=nullable, **options)


# Amounts and numbers of rows need 64 bits, which every integer of SQLite has.
LONG = BigInteger().with_variant(Integer, "sqlite")


def minor(name: str, **options: Any) -> tuple[Column[int], CheckConstraint]:
    column = Column(name, LONG, nullable=False, **options)
    return column, CheckConstraint(f"{name} >= 0", name=name)


def index_where(
    condition: ColumnElement[bool],
    *columns: Column[Any],
    name: str | None = None,
    unique: bool = False,
) -> Index:
    """Of those rows alone for which the condition holds."""
    return Index(name, *columns, unique=unique, sqlite_where=condition, postgresql_where=condition)


def quantity() -> tuple[Column[int], CheckConstraint]:
    return Column("quantity", Integer, nullable=False), CheckConstraint("quantity > 0", "quantity")
