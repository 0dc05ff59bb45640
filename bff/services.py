"""What every part of the program shares."""

from dataclasses import dataclass

from bff.db.database import Database
from bff.settings import Settings


@dataclass(frozen=True)
class Services:
    settings: Settings
    db: Database
