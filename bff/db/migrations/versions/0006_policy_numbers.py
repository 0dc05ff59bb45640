"""Published policies get the numbers that this version asks for, as they are packaged with it.

What is packaged, published again, is then what was published before, and no new version.
"""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

Document = dict[str, Any]

RETURNING = {"refund_after_receipt_days": 7, "dispute_open_days": 3, "dispute_decide_days": 7}
PAYMENT = {"retry_hours": 6}
EVIDENCE = {"most_photos": 3}
PICKUP = {"first_kg": 1, "fee_pay_hours": 24, "waybill_within_hours": 24}
PER_KG_MINOR = {"CNY": 500, "GBP": 150}
COVER_LIMIT_MINOR = {"CNY": 2000, "GBP": 600}
LAST_RUNG = "ADVANCE_WITHOUT_LIMIT"
EXPRESS_REFUND = {
    "code": "EXPRESS_REFUND",
    "unlocked_at": 4,
    "title": {"zh": "极速退款", "en": "Express refund"},
    "description": {
        "zh": "未发货订单申请退款，平台立即垫付。",
        "en": "Before the goods are shipped, the money is back at once.",
    },
}
KEPT_PROMISES = {
    "code": "KEPT_PROMISES",
    "title": {"zh": "按时寄回", "en": "Promises kept"},
    "description": {
        "zh": "每笔获准后按时寄回的退货计1分。",
        "en": "1 point for each approved return that was sent back in time.",
    },
    "points_each": 1,
    "per": 1,
    "max_points": 10,
}
PENALTIES = (
    {
        "code": "EMPTY_PARCEL",
        "title": {"zh": "空包裹", "en": "Empty parcel"},
        "description": {
            "zh": "退回空包裹，每次扣30分，一年后不再计入。",
            "en": "30 points less for each parcel that came back empty, for a year.",
        },
        "points_each": 30,
        "counts_for_days": 365,
    },
    {
        "code": "WRONG_ITEM",
        "title": {"zh": "退错商品", "en": "Wrong item"},
        "description": {
            "zh": "退回的不是所购商品，每次扣20分，一年后不再计入。",
            "en": "20 points less for each time that something else came back, for a year.",
        },
        "points_each": 20,
        "counts_for_days": 365,
    },
    {
        "code": "USED_ITEM",
        "title": {"zh": "商品已使用", "en": "Used item"},
        "description": {
            "zh": "退回的商品已使用，每次扣10分，180天后不再计入。",
            "en": "10 points less for each time that used goods came back, for 180 days.",
        },
        "points_each": 10,
        "counts_for_days": 180,
    },
    {
        "code": "FEE_UNPAID",
        "title": {"zh": "取件费未付", "en": "Fee unpaid"},
        "description": {
            "zh": "取件费逾期未付，每次扣5分，90天后不再计入。",
            "en": "5 points less for each pickup fee that was not paid in time, for 90 days.",
        },
        "points_each": 5,
        "counts_for_days": 90,
    },
    {
        "code": "BROKEN_PROMISE",
        "title": {"zh": "未寄回", "en": "Never sent back"},
        "description": {
            "zh": "获准退货后逾期未寄回，每次扣2分，90天后不再计入。",
            "en": "2 points less for each approved return that was never sent back, for 90 days.",
        },
        "points_each": 2,
        "counts_for_days": 90,
    },
)
STORED = sa.table("policies", sa.column("version"), sa.column("document", sa.JSON()))


def upgrade() -> None:
    connection = op.get_bind()
    for version, document in connection.execute(sa.select(STORED)).all():
        statement = sa.update(STORED).where(STORED.c.version == version)
        connection.execute(statement.values(document=completed(document)))


def completed(document: Document) -> Document:
    """With what is missing; a number that is there already stays as it is."""
    return document | {
        "returning": RETURNING | document["returning"],
        "payment": PAYMENT | document.get("payment", {}),
        "evidence": EVIDENCE | document.get("evidence", {}),
        "pickup": _pickup(document["pickup"]),
        "scorecard": _scorecard(document["scorecard"]),
        "entitlements": _with_express_refund(document["entitlements"]),
    }


def _pickup(pickup: Document) -> Document:
    currencies = pickup["fee_minor"]
    limit = _of(COVER_LIMIT_MINOR, currencies)
    limits = {"INSURER": limit, "PLATFORM": limit}
    fees = {"per_kg_minor": _of(PER_KG_MINOR, currencies), "cover_limit_minor": limits}
    return PICKUP | fees | pickup


def _of(known: dict[str, int], currencies: Iterable[str]) -> dict[str, int]:
    """Of currencies in which there is a pickup at all."""
    return {currency: known[currency] for currency in currencies if currency in known}


def _scorecard(scorecard: Document) -> Document:
    factors = scorecard["factors"]
    if "KEPT_PROMISES" not in _codes(factors):
        factors = [*factors, KEPT_PROMISES]
    return {"penalties": list(PENALTIES)} | scorecard | {"factors": factors}


def _with_express_refund(ladder: list[Document]) -> list[Document]:
    """Where the packaged ladder has it: before the last rung."""
    codes = _codes(ladder)
    if "EXPRESS_REFUND" in codes:
        return ladder
    place = codes.index(LAST_RUNG) if LAST_RUNG in codes else len(codes)
    return [*ladder[:place], EXPRESS_REFUND, *ladder[place:]]


def _codes(tables: list[Document]) -> list[str]:
    return [table["code"] for table in tables]
