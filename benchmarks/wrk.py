"""Load by wrk, on the other core."""

import math
import resource
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from benchmarks.rounds import Extent
from benchmarks.servers import Running, cores

SCRIPT = Path(__file__).with_name("requests.lua")
LANGUAGE = "en"
TIMEOUT = "60s"
ANSWERS_EACH, MAX_RUN_S = 5, 12


class LoadError(Exception):
    """A run that measured nothing: answers failed, or there were no rows left."""


@dataclass(frozen=True, slots=True)
class Requests:
    """`template` is a request but for the fields `@1`, `@2`, which `rows` give, divided by tabs.

    `needle`: a text that only a successful answer contains; each row is sent once then.
    """

    template: Path
    rows: Path
    needle: str | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """`busy`: the part of its core that the load took."""

    requests: int
    seconds: float
    sent: int
    acknowledged: int
    p50_ms: float
    p99_ms: float
    busy: float

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.requests / self.seconds


def headers(token: str) -> dict[str, str]:
    return {
        "Authorization": f"Bearer {token}",
        "Accept-Language": LANGUAGE,
        "Content-Type": "application/json",
    }


def write_requests(
    folder: Path, name: str, line: str, body: object, rows: Sequence[Sequence[str]]
) -> Requests:
    """A POST where there is a body, a GET otherwise; the first field is the token.

    Fields must be of one length throughout, as the body's length stands in the template.
    """
    content = orjson.dumps(body).decode() if body else ""
    head = [f"{line} HTTP/1.1", "Host: 127.0.0.1", "Connection: keep-alive"]
    head += [f"{key}: {value}" for key, value in headers("@1").items()]
    if body:
        head.append(f"Content-Length: {_length(content, rows)}")
    template, table = folder / f"{name}.http", folder / f"{name}.tsv"
    template.write_bytes(("\r\n".join(head) + "\r\n\r\n" + content).encode())
    table.write_text("\n".join("\t".join(row) for row in rows))
    return Requests(template, table)


def _length(content: str, rows: Sequence[Sequence[str]]) -> int:
    def filled(row: Sequence[str]) -> int:
        made = content
        for place, field in enumerate(row, start=1):
            made = made.replace(f"@{place}", field)
        return len(made.encode())

    [length] = {filled(row) for row in rows}
    return length


def load(
    server: Running, requests: Requests, connections: int, seconds: int, first: int = 0
) -> Run:
    """Raises LoadError."""
    command = [
        *("taskset", "--cpu-list", str(cores().load)),
        *("wrk", "--threads", "1", "--connections", str(connections)),
        *("--duration", f"{seconds}s", "--timeout", TIMEOUT, "--script", str(SCRIPT)),
        *(f"http://127.0.0.1:{server.port}", "--"),
        *(str(requests.template), str(requests.rows), str(first)),
        *([requests.needle] if requests.needle else []),
    ]
    before = _load_seconds()
    done = subprocess.run(command, capture_output=True, check=False)
    busy = (_load_seconds() - before) / seconds
    if done.returncode:
        raise LoadError((done.stdout + done.stderr).decode())
    server.wait_until_idle()
    return _read(server, orjson.loads(done.stdout.splitlines()[-1]), busy, requests.needle)


def _load_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _read(server: Running, result: dict[str, object], busy: float, needle: str | None) -> Run:
    failed, exhausted, other = result.pop("failed"), result.pop("exhausted"), result.pop("other")
    if failed or exhausted or (needle and other):
        why = {"failed": failed, "out of rows": exhausted, "instead": other}
        raise LoadError(f"{server.peer.name}: {why}\n{server.said()}")
    return Run(**result, busy=busy)  # type: ignore[arg-type]


class Pace:
    """Who is slow is measured for longer: a few answers on every connection, if there is time."""

    def __init__(self, extent: Extent) -> None:
        self._extent = extent
        self._rates: dict[Running, float] = {}

    def note(self, server: Running, run: Run) -> None:
        self._rates[server] = run.rate or self._rates.get(server, 0)

    def seconds(self, server: Running, connections: int) -> int:
        wanted = ANSWERS_EACH * connections / (self._rates.get(server) or 1)
        return max(self._extent.seconds, min(math.ceil(wanted), MAX_RUN_S))
