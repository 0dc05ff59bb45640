"""As whom servers run."""

import os
import pwd
from pathlib import Path

import pytest

from tests.support.servers.account import NoAccountError, is_open_to_all, server_account


def test_root_hands_it_to_an_account_without_privileges(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    account = server_account()
    assert account.uid == pwd.getpwnam("nobody").pw_uid
    assert account.options == {"user": account.uid, "group": account.gid, "extra_groups": []}


def test_anybody_else_keeps_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1234)
    assert (server_account().uid, server_account().options) == (1234, {})


def test_root_alone_on_a_machine_is_advised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(pwd, "getpwall", lambda: [pwd.getpwuid(0)])
    with pytest.raises(NoAccountError, match="BFF_TEST_DATABASE_URL"):
        server_account()


def test_a_folder_below_a_private_one_is_not_open(server_folder: Path) -> None:
    inner = server_folder / "private" / "inner"
    inner.mkdir(parents=True)
    inner.chmod(0o755)
    inner.parent.chmod(0o755)
    assert is_open_to_all(inner)
    inner.parent.chmod(0o700)
    assert not is_open_to_all(inner)
