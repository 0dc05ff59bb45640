"""`bff import`: files in."""

from dataclasses import dataclass
from pathlib import Path

from bff.db.database import Database
from bff.importer.checks import Batch, problems
from bff.importer.errors import BadLine, refuse
from bff.importer.load import Imported, Rules, load
from bff.importer.reader import Placed, Progress, R, read_records
from bff.importer.records import MerchantRecord, OrderRecord, ReturnRecord


@dataclass(frozen=True, slots=True)
class Files:
    orders: Path
    returns: Path | None = None
    merchants: Path | None = None


async def import_files(db: Database, files: Files, rules: Rules, progress: Progress) -> Imported:
    """The same files again change nothing.

    Raises BadLinesError or UnreadableFileError for the files, PolicyError for a version
    that is published already with other numbers; nothing is kept then.
    """
    batch = _read(files, progress)
    return await db.write(lambda tx: load(tx, batch, rules, progress))


def _read(files: Files, progress: Progress) -> Batch:
    orders, bad_orders = read_records(files.orders, OrderRecord, progress)
    returns, bad_returns = _read_if(files.returns, ReturnRecord, progress)
    merchants, bad_merchants = _read_if(files.merchants, MerchantRecord, progress)
    batch = Batch(orders, returns, merchants)
    refuse([*bad_orders, *bad_returns, *bad_merchants, *problems(batch)])
    return batch


def _read_if(
    path: Path | None, model: type[R], progress: Progress
) -> tuple[list[Placed[R]], list[BadLine]]:
    return read_records(path, model, progress) if path else ([], [])
