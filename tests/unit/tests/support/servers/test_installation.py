"""PostgreSQL's programs, where the servers' account can run them."""

import os
import pwd
import subprocess
from pathlib import Path

import pytest

from tests.support.servers.account import Account, OwnAccount, is_open_to_all
from tests.support.servers.installation import FOLDERS, LIBRARIES, PACKAGE, package_folder, programs


@pytest.fixture
def private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The package in a folder that nobody else can enter."""
    site = tmp_path / "site"
    site.mkdir(mode=0o700)
    for name in (PACKAGE, LIBRARIES):
        (site / name).symlink_to(package_folder().parent / name)
    monkeypatch.syspath_prepend(site)
    return site


def _other() -> Account:
    uid = pwd.getpwnam("nobody").pw_uid
    return Account(uid if uid != os.geteuid() else uid - 1, 0)


@pytest.mark.usefixtures("private")
def test_a_copy_is_made_once_where_the_account_cannot_enter(server_folder: Path) -> None:
    copies = server_folder / "copies"
    copies.mkdir()
    copied = programs(18, _other(), copies)
    assert copied.is_relative_to(copies)
    assert is_open_to_all(copied / "initdb")
    command: list[Path | str] = [copied / "initdb", "--version"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert said.startswith("initdb (PostgreSQL) 18")
    made = copied.stat()
    assert programs(18, _other(), copies).stat() == made
    assert len([*copies.iterdir()]) == 1


def test_ones_own_account_needs_no_copy(private: Path, tmp_path: Path) -> None:
    found = programs(16, OwnAccount(), tmp_path / "copies")
    assert found == private / PACKAGE / FOLDERS[16] / "bin"
    assert not (tmp_path / "copies").exists()
