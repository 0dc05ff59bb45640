"""`tools/install`: by uv, and by pip where uv fails."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SAYS_SO = '#!/bin/sh\necho "{name} $*" >> "{log}"\n{end}\n'


def environment(folder: Path, *, uv: str) -> Path:
    """A stand-in for a virtual environment, whose programs write to a log what they are to do."""
    (folder / "bin").mkdir()
    log = folder / "log"
    for name, end in (("python", "exit 0"), ("uv", uv)):
        program = folder / "bin" / name
        program.write_text(SAYS_SO.format(name=name, log=log, end=end))
        program.chmod(0o755)
    return log


@pytest.mark.parametrize(
    ("uv", "last", "said"),
    [
        ("exit 0", "uv pip install", ""),
        ("exit 2", "python -m pip install", "uv did not install a.txt: pip does\n"),
    ],
)
def test_pip_takes_over_where_uv_fails(tmp_path: Path, uv: str, last: str, said: str) -> None:
    log = environment(tmp_path, uv=uv)
    done = subprocess.run(
        [ROOT / "tools" / "install", tmp_path, "a.txt"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    lines = log.read_text().splitlines()
    assert lines[0].endswith("--require-hashes -r locks/install.txt")
    assert lines[-1].startswith(last)
    assert lines[-1].endswith("--require-hashes -r a.txt")
    assert done.stdout == said
