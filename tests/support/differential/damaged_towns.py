"""The same town with missing or invalid rows, or without a table: faults, deep inside."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

SOUND, DAMAGED = "sound", "damaged"
# How many of 100 cases each town gets
TOWNS = {
    SOUND: 82,
    DAMAGED: 10,
    **dict.fromkeys(("merchants", "order_lines", "refunds", "pickups"), 1),
    **dict.fromkeys(("addresses", "photos", "star_changes", "missed_deadlines"), 1),
}
# A mutation is done, and then its answer fails: half of them are to meet with that
TOWNS_OF_CHANGES = {**TOWNS, SOUND: 50, DAMAGED: 15, "photos": 20, "missed_deadlines": 10}
DAMAGES = (
    "DELETE FROM merchants WHERE number = 'corner-shop'",
    "DELETE FROM refunds WHERE rowid % 7 = 3",
    "DELETE FROM order_lines WHERE unicode(order_id) + length(order_id) + paid_minor % 9 = 3",
    "DELETE FROM order_lines WHERE paid_minor % 9 = 4",
    "DELETE FROM addresses WHERE rowid % 5 = 4",
    "DELETE FROM star_changes WHERE shopper_id LIKE '%of2%'",
    "UPDATE star_changes SET factors = '[{}]' WHERE shopper_id LIKE '%of5%'",
    "UPDATE photos SET width = NULL WHERE rowid % 3 = 1",
    "UPDATE returns SET status = 'NONSENSE' WHERE rowid % 13 = 5",
    'UPDATE returns SET checks = \'[{"code": "NONSENSE"}]\' WHERE rowid % 6 = 2',
    "UPDATE returns SET waybill_by = NULL WHERE rowid % 4 = 1",
    "UPDATE pickups SET courier_company = 'nobody' WHERE rowid % 4 = 2",
    "UPDATE orders SET currency = 'XXX' WHERE rowid % 11 = 5",
    "UPDATE orders SET received_at = 'nonsense'"
    " WHERE shopper_id LIKE '%of4with6' AND rowid % 3 = 1",
)


def damage(folder: Path) -> None:
    """Copies the sound town into the others, and damages each."""
    for name in [one for one in TOWNS if one != SOUND]:
        path = folder / f"{name}.sqlite3"
        shutil.copy(folder / f"{SOUND}.sqlite3", path)
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA legacy_alter_table = ON")
            away = (f"ALTER TABLE {name} RENAME TO away",)
            for statement in DAMAGES if name == DAMAGED else away:
                connection.execute(statement)
