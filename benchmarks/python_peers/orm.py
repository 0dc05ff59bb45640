"""The project's tables as ORM classes, related as one usually does."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import DeclarativeBase, Mapped, relationship

from bff.db import tables
from bff.domain.orders import model
from bff.domain.stars.model import FactorScore, StarChangeCause, Stars
from bff.domain.stars.model import StarChange as StarChangeModel


class Base(DeclarativeBase):
    metadata = tables.metadata


class Policy(Base):
    __table__ = tables.policies
    document: Mapped[dict[str, Any]]
    in_force_from: Mapped[datetime]


class Merchant(Base):
    __table__ = tables.merchants
    id: Mapped[str]
    name: Mapped[str]

    def domain(self) -> model.Merchant:
        return model.Merchant(**_columns(self))


class Shopper(Base):
    __table__ = tables.shoppers
    id: Mapped[str]
    nickname: Mapped[str]
    changes: Mapped[list["StarChange"]] = relationship(
        order_by=tables.star_changes.c.seq.desc(), viewonly=True
    )

    def stars(self) -> Stars:
        return Stars(self.id, tuple(change.domain() for change in self.changes))


class StarChange(Base):
    __table__ = tables.star_changes

    def domain(self) -> StarChangeModel:
        columns = _columns(self)
        factors = tuple(FactorScore(**factor) for factor in columns["factors"])
        cause = StarChangeCause(columns["cause"])
        return StarChangeModel(**{**columns, "cause": cause, "factors": factors})


class Order(Base):
    __table__ = tables.orders
    id: Mapped[str]
    number: Mapped[str]
    shopper_id: Mapped[str]
    currency: Mapped[str]
    policy_version: Mapped[str]
    paid_at: Mapped[datetime]
    received_at: Mapped[datetime | None]
    shopper: Mapped[Shopper] = relationship(viewonly=True)
    merchant: Mapped[Merchant] = relationship(viewonly=True)
    lines: Mapped[list["OrderLine"]] = relationship(
        order_by=tables.order_lines.c.line_no, viewonly=True
    )

    def domain(self) -> model.Order:
        return model.Order(**_columns(self))


class OrderLine(Base):
    __table__ = tables.order_lines
    title: Mapped[str]
    quantity: Mapped[int]
    order: Mapped[Order] = relationship(viewonly=True)

    def domain(self) -> model.OrderLine:
        return model.OrderLine(**_columns(self))


def _columns(row: Base) -> dict[str, Any]:
    return {column.name: getattr(row, column.name) for column in row.__table__.columns}
