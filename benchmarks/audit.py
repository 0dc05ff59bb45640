"""How long `bff audit` takes, and in how much memory, by the order lines in the database."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks import files
from benchmarks.outcome import Options, Outcome, Sheet
from benchmarks.rows import Mix

LINES = (100_000, 1_000_000)
QUICK_LINES = (10_000, 100_000)
AT_NIGHT = 10_000_000
LOOK_S = 0.1
KB_IN_MB = 1_024


class AuditError(OSError):
    """The audit could not run, or the books are wrong."""


@dataclass(frozen=True, slots=True)
class Use:
    """`memory_kb`: the most of its own; pages of the file that are mapped are the system's."""

    seconds: float
    cpu_s: float
    memory_kb: int


def measure(options: Options) -> Outcome:
    outcome = Outcome()
    columns = ("order lines", "s", "s of a processor", "MB")
    sheet = Sheet("bff audit, by order lines in the database", columns)
    fewer, more = QUICK_LINES if options.quick else LINES
    used = {lines: use_of_audit(files.kept(Mix(lines))) for lines in (fewer, more)}
    for lines, use in used.items():
        memory_mb = use.memory_kb / KB_IN_MB
        outcome.figures[f"audit.{lines}.s"] = use.seconds
        outcome.figures[f"audit.{lines}.cpu_s"] = use.cpu_s
        outcome.figures[f"audit.{lines}.mb"] = memory_mb
        sheet.add(f"{lines:,}", f"{use.seconds:.1f}", f"{use.cpu_s:.1f}", f"{memory_mb:.0f}")
    each = (used[more].cpu_s - used[fewer].cpu_s) / (more - fewer)
    whole = used[more].cpu_s + each * (AT_NIGHT - more)
    sheet.note = f"{AT_NIGHT:,} lines: {whole / 60:.0f} minutes of a processor, if it goes on so"
    outcome.sheets.append(sheet)
    return outcome


def use_of_audit(database: Path) -> Use:
    """Raises AuditError."""
    command = [sys.executable, "-m", "bff", "audit"]
    environment = {**os.environ, "BFF_DATABASE": str(database)}
    began, memory_kb = time.perf_counter(), 0
    process = subprocess.Popen(command, env=environment, cwd=files.ROOT, stdout=subprocess.DEVNULL)
    while not os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
        memory_kb = max(memory_kb, _own_memory_kb(process.pid))
        time.sleep(LOOK_S)
    seconds = time.perf_counter() - began
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise AuditError(f"bff audit of {database} ended with {process.returncode}")
    return Use(seconds, used.ru_utime + used.ru_stime, memory_kb)


def _own_memory_kb(pid: int) -> int:
    """None once it has ended."""
    status = Path(f"/proc/{pid}/status").read_text("utf-8").splitlines()
    return sum(int(line.split()[1]) for line in status if line.startswith("RssAnon"))
