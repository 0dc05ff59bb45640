"""`bff import`: files in."""

from dataclasses import dataclass
from pathlib import Path

from bff.db.database import Database
from bff.domain.orders.records import MerchantRecord, OrderRecord
from bff.importer.errors import raise_for
from bff.importer.load import ImportCounts, PolicyVersions, load
from bff.importer.reader import Progress, read_records
from bff.importer.records import CreditRecord
from bff.importer.validation import ImportBatch, batch_errors


@dataclass(frozen=True, slots=True)
class Files:
    orders: Path
    returns: Path | None = None
    merchants: Path | None = None


async def import_files(
    db: Database, files: Files, versions: PolicyVersions, progress: Progress
) -> ImportCounts:
    """The same files again change nothing.

    Raises InvalidFilesError or UnreadableFileError for the files, PolicyError for a version
    that is published already with other numbers; nothing is kept then.
    """
    orders, order_errors = read_records(files.orders, OrderRecord, progress)
    returns, return_errors = read_records(files.returns, CreditRecord, progress)
    merchants, merchant_errors = read_records(files.merchants, MerchantRecord, progress)
    batch = ImportBatch(orders, returns, merchants)
    raise_for([*order_errors, *return_errors, *merchant_errors, *batch_errors(batch)])
    return await db.write(lambda tx: load(tx, batch, versions, progress))
