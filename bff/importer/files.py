"""`bff import`: files in."""

from dataclasses import dataclass, replace
from pathlib import Path

from bff.core.progress import Progress
from bff.db.database import Database
from bff.domain.orders.records import MerchantRecord, OrderRecord
from bff.importer.load import ImportCounts, PolicyVersions, load
from bff.importer.reader import read_records
from bff.importer.records import CreditRecord
from bff.importer.validation import ImportBatch


@dataclass(frozen=True, slots=True)
class Files:
    orders: Path
    returns: Path | None = None
    merchants: Path | None = None


async def import_files(
    db: Database, files: Files, versions: PolicyVersions, progress: Progress
) -> ImportCounts:
    """The lines that are right are kept, in one transaction; the same files again change nothing.

    Raises UnreadableFileError for a file, PolicyError for a version that is published already
    with other numbers; nothing is kept then.
    """
    orders, order_errors = read_records(files.orders, OrderRecord, progress)
    returns, return_errors = read_records(files.returns, CreditRecord, progress)
    merchants, merchant_errors = read_records(files.merchants, MerchantRecord, progress)
    batch = ImportBatch(orders, returns, merchants)
    counts = await db.write(lambda tx: load(tx, batch, versions, progress))
    refused = [*order_errors, *return_errors, *merchant_errors, *counts.refused]
    return replace(counts, refused=tuple(sorted(refused)))
