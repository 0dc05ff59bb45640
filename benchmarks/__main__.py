"""All that is measured, from one command: make bench, or python -m benchmarks --help."""

import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

import orjson
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from benchmarks import (
    across,
    audit,
    cold,
    home,
    journeys,
    memory,
    picture,
    processes,
    push,
    scale,
    startup,
    taps,
    wire,
)
from benchmarks.files import ROOT
from benchmarks.http_client import DifferentAnswerError
from benchmarks.limits import Held, judged, measured
from benchmarks.outcome import Options, Outcome
from benchmarks.rounds import Extent
from benchmarks.servers import cores, on_load_core
from benchmarks.sockets import SocketError
from benchmarks.wrk import LoadError

PARTS: Mapping[str, Callable[[Options], Outcome]] = MappingProxyType(
    {
        "home": home.measure,
        "taps": taps.measure,
        "push": push.measure,
        "memory": memory.measure,
        "scale": scale.measure,
        "cold": cold.measure,
        "startup": startup.measure,
        "journeys": journeys.measure,
        "audit": audit.measure,
        "processes": processes.measure,
        "across": across.measure,
        "wire": wire.measure,
    }
)
UNMEASURED = (DifferentAnswerError, LoadError, SocketError, OSError)
# They start their servers themselves, and want both cores.
UNPINNED = frozenset({"journeys", "processes", "across", "wire"})
RESULTS = Path(__file__).with_name("results.json")
PICTURE = ROOT / "docs" / "benchmarks.svg"
console = Console()


def run(name: str, extent: Extent, *, quick: bool) -> Outcome:
    begun_at = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        options = Options(extent, quick, Path(folder))
        with nullcontext() if name in UNPINNED else on_load_core():
            outcome = PARTS[name](options)
    for sheet in outcome.sheets:
        console.print(sheet.table(), "")
    console.print(f"[dim]{name}: {time.perf_counter() - begun_at:.0f} s[/]\n")
    return outcome


def write(outcomes: Mapping[str, Outcome], path: Path, extent: Extent, *, quick: bool) -> None:
    report = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "extent": asdict(extent),
        "quick": quick,
        "parts": {name: asdict(outcome) for name, outcome in outcomes.items()},
    }
    path.write_bytes(orjson.dumps(report, option=orjson.OPT_INDENT_2) + b"\n")


def machine() -> dict[str, str]:
    node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False)
    return {
        "cores": str(os.cpu_count()),
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        "node": node.stdout.strip(),
    }


def verdict(held: list[Held]) -> Table:
    table = Table("limit", "wanted", "measured", "", title="What must hold")
    for one in held:
        mark = "[green]holds[/]" if one.holds else "[bold red]MISSED[/]"
        table.add_row(one.limit.what, one.limit.wanted, f"{one.value:.3g}", mark)
    return table


def chosen(only: str | None) -> list[str]:
    names = only.split(",") if only else list(PARTS)
    if unknown := set(names) - PARTS.keys():
        raise typer.BadParameter(f"{', '.join(sorted(unknown))}: not among {', '.join(PARTS)}")
    return names


def main(
    only: Annotated[str | None, typer.Option(help=f"Parts: {','.join(PARTS)}.")] = None,
    quick: Annotated[bool, typer.Option(help="A few minutes: less of all, and rougher.")] = False,
    rounds: Annotated[int, typer.Option(min=1, help="How often each is measured.")] = 5,
    seconds: Annotated[int, typer.Option(min=1, help="How long each time.")] = 3,
    results: Annotated[Path, typer.Option(help="Where the figures go.")] = RESULTS,
    image: Annotated[Path, typer.Option(help="Where the picture goes, with home.")] = PICTURE,
) -> None:
    """Fails where a limit is missed, and says which."""
    names = chosen(only)
    extent = Extent(1, 2, 1) if quick else Extent(seconds, rounds, 2)
    console.print(f"Servers on core {cores().server}, the load on core {cores().load}\n")
    outcomes: dict[str, Outcome] = {}
    failed: list[str] = []
    for name in names:
        try:
            outcomes[name] = run(name, extent, quick=quick)
        except UNMEASURED as error:
            console.print(f"[bold red]{name} was not measured[/]\n{escape(str(error))}")
            failed.append(name)
            if isinstance(error, DifferentAnswerError):
                break
        write(outcomes, results, extent, quick=quick)
    figures = {key: value for one in outcomes.values() for key, value in one.figures.items()}
    if "home" in outcomes:
        picture.draw(figures, image)
    held = measured(figures) if quick else judged(figures, names)
    if held:
        console.print(verdict(held))
    sys.exit(0 if not failed and all(one.holds for one in held) else 1)


if __name__ == "__main__":
    typer.run(main)
