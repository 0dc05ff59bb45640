"""As whom the tests' servers run: PostgreSQL refuses to run as root."""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

READ_AND_ENTER = stat.S_IROTH | stat.S_IXOTH


class NoAccountError(Exception):
    """The tests run as root, and there is nobody else whom a server could run as."""


@dataclass(frozen=True)
class Account:
    uid: int
    gid: int

    @property
    def options(self) -> dict[str, Any]:
        """Of `subprocess`: so that a process runs as this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, folder: Path) -> None:
        os.chown(folder, self.uid, self.gid)


class OwnAccount(Account):
    """Of whoever runs the tests."""

    def __init__(self) -> None:
        super().__init__(os.geteuid(), os.getegid())

    @property
    def options(self) -> dict[str, Any]:
        return {}

    def own(self, folder: Path) -> None:
        pass


def server_account() -> Account:
    """Raises NoAccountError."""
    if os.geteuid():
        return OwnAccount()
    entries = {entry.pw_name: entry for entry in pwd.getpwall() if entry.pw_uid}
    if not entries:
        message = "PostgreSQL does not run as root, and no other account is there: run the tests "
        raise NoAccountError(message + "as another user, or name a server in BFF_TEST_DATABASE_URL")
    entry = entries.get("nobody") or next(iter(entries.values()))
    return Account(entry.pw_uid, entry.pw_gid)


def is_open_to_all(path: Path) -> bool:
    """Whether any account can read it and enter every folder above it."""
    allowed = path.stat().st_mode & READ_AND_ENTER == READ_AND_ENTER
    return allowed and all(above.stat().st_mode & stat.S_IXOTH for above in path.parents)
