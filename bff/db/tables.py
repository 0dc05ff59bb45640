"""The tables. Money is `*_minor` with a currency beside it; moments are UTC with zone."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
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


class Moment(TypeDecorator[datetime]):
    """UTC text of one width, `2026-01-02T03:04:05.000000+00:00`: it sorts as time does."""

    impl: TypeEngine[Any] | type[TypeEngine[Any]] = String(32)
    cache_ok: bool | None = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment without a zone: {value}")
        return value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value)


def _id() -> Column[str]:
    return Column("id", String(80), primary_key=True)


def _moment(name: str, *, nullable: bool = False, **options: Any) -> Column[datetime]:
    return Column(name, Moment, nullable=nullable, **options)


def _to(target: str, name: str, *, nullable: bool = False, **options: Any) -> Column[str]:
    return Column(name, String(80), ForeignKey(f"{target}.id"), nullable=nullable, **options)


def _minor(name: str) -> tuple[Column[int], CheckConstraint]:
    return Column(name, Integer, nullable=False), CheckConstraint(f"{name} >= 0", name=name)


def _quantity() -> tuple[Column[int], CheckConstraint]:
    return Column("quantity", Integer, nullable=False), CheckConstraint("quantity > 0", "quantity")


policies = Table(
    "policies",
    metadata,
    Column("version", String(64), primary_key=True),
    _moment("in_force_from"),
    Column("document", JSON, nullable=False),
)

shoppers = Table("shoppers", metadata, _id(), Column("nickname", String(80), nullable=False))

addresses = Table(
    "addresses",
    metadata,
    _id(),
    Column("owner_id", String(80), nullable=False, index=True),
    Column("recipient", String(80), nullable=False),
    Column("phone", String(32), nullable=False),
    Column("region", String(80), nullable=False),
    Column("street", String(200), nullable=False),
)

merchants = Table(
    "merchants",
    metadata,
    _id(),
    Column("number", String(64), nullable=False, unique=True),
    Column("name", String(80), nullable=False),
    Column("covers_pickup", Boolean, nullable=False),
    _to("addresses", "return_address_id", nullable=True),
)

star_changes = Table(
    "star_changes",
    metadata,
    _to("shoppers", "shopper_id", primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("level", Integer, nullable=False),
    CheckConstraint("level BETWEEN 1 AND 5", name="level"),
    Column("previous", Integer),
    _moment("at"),
    Column("cause", String(40), nullable=False),
    Column("factors", JSON, nullable=False),
    sqlite_with_rowid=False,
)

orders = Table(
    "orders",
    metadata,
    _id(),
    Column("number", String(64), nullable=False, unique=True),
    _to("shoppers", "shopper_id"),
    _to("merchants", "merchant_id"),
    Column("currency", String(3), nullable=False),
    Column("policy_version", String(64), ForeignKey("policies.version"), nullable=False),
    _moment("paid_at"),
    _moment("shipped_at", nullable=True),
    _moment("received_at", nullable=True),
    Index(None, "shopper_id", "paid_at", "id"),
)

order_lines = Table(
    "order_lines",
    metadata,
    _to("orders", "order_id", primary_key=True),
    Column("line_no", Integer, primary_key=True),
    Column("sku", String(64), nullable=False),
    Column("title", String(200), nullable=False),
    Column("category", String(64), nullable=False),
    *_quantity(),
    *_minor("unit_price_minor"),
    *_minor("paid_minor"),
    Column("freight_insured", Boolean, nullable=False),
    Column("no_return_confirmed", Boolean, nullable=False),
    sqlite_with_rowid=False,
)

credit_notes = Table(
    "credit_notes",
    metadata,
    Column("number", String(64), primary_key=True),
    Column("sku", String(64), primary_key=True),
    Column("entry", Integer, primary_key=True),
    _to("shoppers", "shopper_id"),
    Column("order_line_id", String(80), index=True),
    *_quantity(),
    *_minor("refunded_minor"),
    Column("currency", String(3), nullable=False),
    _moment("returned_at"),
    Index(None, "shopper_id"),
)

returns = Table(
    "returns",
    metadata,
    _id(),
    _to("shoppers", "shopper_id"),
    Column("order_line_id", String(80), nullable=False, index=True),
    _to("merchants", "merchant_id"),
    Column("kind", String(40), nullable=False),
    Column("status", String(40), nullable=False),
    Column("express", Boolean, nullable=False),
    Column("advance_at_waybill", Boolean, nullable=False),
    *_quantity(),
    Column("policy_version", String(64), ForeignKey("policies.version"), nullable=False),
    Column("star_level", Integer, nullable=False),
    _to("addresses", "return_address_id", nullable=True),
    _moment("opened_at"),
    _moment("approved_at", nullable=True),
    _moment("shipped_at", nullable=True),
    _moment("ended_at", nullable=True),
    Column("courier_company", String(32)),
    Column("waybill_number", String(64)),
    Column("waybill_by", String(16)),
    Index(None, "shopper_id", "opened_at", "id"),
    Index(None, "courier_company", "waybill_number"),
)

refunds = Table(
    "refunds",
    metadata,
    _id(),
    _to("returns", "return_id", unique=True),
    *_minor("amount_minor"),
    Column("currency", String(3), nullable=False),
    Column("advance", String(40), nullable=False),
    _moment("refunded_at", nullable=True),
    _moment("settled_at", nullable=True),
)

pickups = Table(
    "pickups",
    metadata,
    _id(),
    _to("returns", "return_id", index=True),
    _to("addresses", "address_id"),
    Column("status", String(40), nullable=False),
    Column("courier_company", String(32), nullable=False),
    Column("area", String(80), nullable=False),
    Column("slot_key", String(40), nullable=False),
    Column("slot_kind", String(40), nullable=False),
    _moment("starts_at"),
    _moment("ends_at"),
    *_minor("fee_minor"),
    *_minor("shopper_pays_minor"),
    Column("currency", String(3), nullable=False),
    Column("payer", String(16), nullable=False),
    Column("fee_status", String(24), nullable=False),
    _moment("booked_at"),
    _moment("accepted_at", nullable=True),
    _moment("collected_at", nullable=True),
)
Index(
    "uq_pickups_open",
    pickups.c.return_id,
    unique=True,
    sqlite_where=pickups.c.status != "CANCELLED",
    postgresql_where=pickups.c.status != "CANCELLED",
)

slots = Table(
    "slots",
    metadata,
    Column("area", String(80), primary_key=True),
    Column("key", String(40), primary_key=True),
    Column("capacity", Integer, nullable=False),
    Column("remaining", Integer, nullable=False),
    CheckConstraint("remaining BETWEEN 0 AND capacity", name="remaining"),
    sqlite_with_rowid=False,
)

ledger_entries = Table(
    "ledger_entries",
    metadata,
    _to("refunds", "refund_id", primary_key=True),
    Column("posting", String(24), primary_key=True),
    Column("account", String(100), primary_key=True),
    Column("amount_minor", Integer, nullable=False),
    Column("currency", String(3), nullable=False),
    _moment("at"),
    sqlite_with_rowid=False,
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("shopper_id", String(80), primary_key=True),
    Column("key", String(128), primary_key=True),
    Column("request_digest", String(64), nullable=False),
    Column("answer", JSON, nullable=False),
    _moment("at"),
    sqlite_with_rowid=False,
)

events = Table(
    "events",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("topic", String(80), nullable=False),
    Column("kind", String(40), nullable=False),
    _moment("at"),
    Column("facts", JSON, nullable=False),
    Index(None, "topic", "id"),
    sqlite_autoincrement=True,
)

timers = Table(
    "timers",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("kind", String(40), nullable=False),
    Column("subject_id", String(80), nullable=False),
    _moment("due_at", index=True),
    UniqueConstraint("kind", "subject_id"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("message", String(40), nullable=False),
    Column("subject_id", String(80), nullable=False),
    _moment("due_at", index=True),
    Column("attempts", Integer, nullable=False),
    Column("last_error", Text),
)
