"""The project's tables as ORM classes, related as one usually does."""

from typing import Any

from sqlalchemy.orm import DeclarativeBase, Mapped, relationship

from bff.db import tables
from bff.orders import model
from bff.stars.model import FactorScore, StarChangeCause, Stars
from bff.stars.model import StarChange as StarChangeModel


class Base(DeclarativeBase):
    metadata = tables.metadata


class Policy(Base):
    __table__ = tables.policies


class Merchant(Base):
    __table__ = tables.merchants

    def domain(self) -> model.Merchant:
        return model.Merchant(**_columns(self))


class Shopper(Base):
    __table__ = tables.shoppers
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
    shopper: Mapped[Shopper] = relationship(viewonly=True)
    merchant: Mapped[Merchant] = relationship(viewonly=True)
    lines: Mapped[list["OrderLine"]] = relationship(
        order_by=tables.order_lines.c.line_no, viewonly=True
    )

    def domain(self) -> model.Order:
        return model.Order(**_columns(self))


class OrderLine(Base):
    __table__ = tables.order_lines
    order: Mapped[Order] = relationship(viewonly=True)

    def domain(self) -> model.OrderLine:
        return model.OrderLine(**_columns(self), currency=self.order.currency)


class Return(Base):
    __table__ = tables.returns


class Refund(Base):
    __table__ = tables.refunds


class CreditNote(Base):
    __table__ = tables.credit_notes


def _columns(row: Base) -> dict[str, Any]:
    return {column.name: getattr(row, column.name) for column in row.__table__.columns}
