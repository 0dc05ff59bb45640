"""Policy files with errors, and what is said of them."""

from pathlib import Path

import pytest

from bff.domain.policy.file import read_policies
from bff.domain.policy.model import PolicyError
from bff.settings import PACKAGED_POLICY

PACKAGED = PACKAGED_POLICY.read_text("utf-8")


def refused(folder: Path, text: str) -> str:
    path = folder / "ours.toml"
    path.write_text(text, "utf-8", newline="")
    with pytest.raises(PolicyError) as caught:
        read_policies(path)
    return str(caught.value)


def errors_in(path: Path) -> list[str]:
    try:
        read_policies(path)
    except PolicyError as error:
        return str(error).splitlines()
    return []


def edited(*changes: tuple[str, str]) -> str:
    text = PACKAGED
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def line(text: str, part: str) -> int:
    assert text.count(part) == 1, part
    return text[: text.index(part)].count("\n") + 1
