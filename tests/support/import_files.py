"""Writes files of records, and imports them."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bff.core.progress import NoProgress
from bff.db.database import Database
from bff.domain.policy.file import read_policies
from bff.importer.files import Files, import_files
from bff.importer.load import ImportCounts, PolicyVersions
from tests.support.database import dump

ROOT = Path(__file__).parents[2]
SAMPLE = Files(
    *(
        ROOT / "tests" / "support" / "data" / f"{name}.jsonl"
        for name in ("orders", "returns", "merchants")
    )
)
VERSIONS = PolicyVersions(packaged=read_policies(ROOT / "bff" / "policy.toml"))


# What is expected, in the words that a person reads
NUMBER = "1 to 64 letters, digits, dots, underscores or hyphens"
MINOR = "minor units, a whole number from 0 to 1,000,000,000,000,000"
MOMENT = "a moment with its zone, such as 2011-03-01T09:30:00+08:00, from 2000 to 2099"
QUANTITY = "a whole number from 1 to 1,000,000"
LINE_NO = "a whole number from 1 to 999,999,999"
CURRENCY = "the ISO 4217 code of money in use, such as CNY"


def text(most: int) -> str:
    return f"1 to {most} characters, not only spaces, no control characters"


@dataclass(frozen=True)
class StoppedClock:
    at: datetime = datetime(2026, 4, 1, 9, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


def an_order(**changes: object) -> dict[str, Any]:
    order = {
        "order_no": "B-1",
        "shopper_no": "91",
        "merchant_no": "corner-shop",
        "currency": "CNY",
        "paid_at": "2026-03-10T09:00:00+08:00",
        "shipped_at": "2026-03-10T10:00:00+08:00",
        "delivered_at": "2026-03-12T11:00:00+08:00",
        "lines": [a_line()],
    }
    return order | changes


def at_once(moment: datetime) -> dict[str, Any]:
    """The moments of an order that was paid, shipped and received in one."""
    return dict.fromkeys(("paid_at", "shipped_at", "delivered_at"), moment.isoformat())


def a_line(**changes: object) -> dict[str, Any]:
    line = {
        "line_no": 1,
        "sku": "HAT",
        "title": "渔夫帽",
        "category": "accessories",
        "quantity": 2,
        "unit_price_minor": 500,
        "paid_minor": 900,
    }
    return line | changes


def a_return(**changes: object) -> dict[str, Any]:
    credit = {
        "credit_note": "C-9",
        "shopper_no": "88",
        "sku": "DR-1",
        "quantity": 1,
        "refunded_minor": 29000,
        "currency": "CNY",
        "returned_at": "2026-03-09T10:00:00+08:00",
        "order_no": "A-1001",
        "line_no": 1,
    }
    return credit | changes


def a_merchant(**changes: object) -> dict[str, Any]:
    merchant = {
        "merchant_no": "corner-shop",
        "name": "街角小店",
        "covers_pickup": False,
        "return_address": None,
    }
    return merchant | changes


AN_ADDRESS = {
    "recipient": "陈岚",
    "phone": "13800000000",
    "region": "上海市",
    "street": "政立路477号",
}


def a_file(folder: Path, name: str, *lines: dict[str, Any] | str) -> Path:
    path = folder / name
    texts = (line if isinstance(line, str) else json.dumps(line) for line in lines)
    path.write_text("".join(f"{text}\n" for text in texts), "utf-8")
    return path


async def sampled(
    db: Database, files: Files = SAMPLE, versions: PolicyVersions = VERSIONS
) -> ImportCounts:
    return await import_files(db, files, versions, NoProgress())


async def refusal(db: Database, files: Files) -> str:
    """What a person reads of files with nothing right and new; the sample stays as it is."""
    await sampled(db)
    before = await dump(db)
    counts = await sampled(db, files)
    assert await dump(db) == before
    return "\n".join(map(str, counts.refused))
