"""Database files that are made once and kept, under var/bench."""

import asyncio
import hashlib
import random
import shutil
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from benchmarks import rows
from benchmarks.rows import MORNING, Mix
from bff.app import tokens_of
from bff.demo.load import load_demo
from bff.services import open_services
from bff.settings import PACKAGED_POLICY, SQLITE, Settings

ROOT = Path(__file__).parents[1]
KEPT = ROOT / "var" / "bench"
MIGRATIONS = ROOT / "bff" / "db" / "migrations" / "versions"


def settings_for(database: Path | str) -> Settings:
    """Of a file, or of PostgreSQL's URL."""
    url = f"{SQLITE}{database}" if isinstance(database, Path) else database
    return Settings(database_url=url, mode="demo", clock_starts_at=MORNING, log_level="warning")


def kept(mix: Mix) -> Path:
    """The file for a mix, made where it isn't there yet."""
    name = f"{'taps' if mix.express else 'life'}-{mix.lines}"
    path = KEPT / f"{name}-{_state()}.sqlite3"
    if not path.exists():
        _clear(name)
        _make(path, mix)
    return path


def _state() -> str:
    """Of all that decides what is in a file: an old one is made anew."""
    sources = [Path(rows.__file__), PACKAGED_POLICY, *sorted(MIGRATIONS.glob("*.py"))]
    return hashlib.sha256(b"".join(one.read_bytes() for one in sources)).hexdigest()[:12]


def _clear(name: str) -> None:
    for old in KEPT.glob(f"{name}-*"):
        old.unlink() if old.is_file() else shutil.rmtree(old)


def _make(path: Path, mix: Mix) -> None:
    KEPT.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    asyncio.run(prepare(unfinished))
    with Progress(console=Console(stderr=True)) as progress:
        rows.fill(unfinished, mix, progress)
    asyncio.run(prepare(unfinished, demonstration=True))
    unfinished.rename(path)


async def prepare(path: Path, *, demonstration: bool = False) -> None:
    """Tables, policy and the demonstration's shoppers, as the server itself makes them."""
    services = await open_services(settings_for(path))
    if demonstration:
        await load_demo(services.db)
    await services.db.close()


def copied(source: Path, folder: Path, name: str) -> Path:
    """For who writes."""
    target = folder / f"{name}.sqlite3"
    with sqlite3.connect(source) as db, sqlite3.connect(target) as copy:
        db.backup(copy)
    copy.close()
    db.close()
    return target


def tokens(path: Path, shoppers: Sequence[int]) -> list[str]:
    issued = tokens_of(settings_for(path))
    return [issued.issue(rows.shopper_id(one)) for one in shoppers]


def some_shoppers(mix: Mix, most: int) -> list[int]:
    """The same ones for the same mix, in no order."""
    chance = random.Random(mix.lines)
    return chance.sample(range(mix.shoppers), min(most, mix.shoppers))


def policy_of(path: Path) -> str:
    """The document as it is published."""
    with sqlite3.connect(path) as db:
        [document] = db.execute("SELECT document FROM policies").fetchone()
    db.close()
    return str(document)
