"""Processes forked from one that has imported the program: each is at work within milliseconds."""

import asyncio
import gc
import os
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from multiprocessing.reduction import DupFd
from typing import IO, Any

from bff.cli.main import cli

# By the process that the others are forked from: modules that tests give to it, what they import
# and what the program imports late.
IMPORTED_ONCE = [
    *(__name__, "tests.support.worker_process", "pytest"),
    *("alembic.command", "holidays.countries"),
]


def fork(target: Callable[..., None], *arguments: object) -> ForkServerProcess:
    context = get_context("forkserver")
    context.set_forkserver_preload(IMPORTED_ONCE)
    process = context.Process(target=target, args=arguments)
    process.start()
    return process


@dataclass(frozen=True)
class ForkedProgram:
    """As `asyncio.subprocess.Process`; what it prints is in files."""

    process: ForkServerProcess

    @property
    def pid(self) -> int:
        assert self.process.pid
        return self.process.pid

    @property
    def returncode(self) -> int | None:
        return self.process.exitcode

    def send_signal(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def kill(self) -> None:
        self.process.kill()

    async def wait(self) -> int:
        loop, ended = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(self.process.sentinel, ended.set)
        try:
            await ended.wait()
        finally:
            loop.remove_reader(self.process.sentinel)
        self.process.join()
        assert self.returncode is not None
        return self.returncode


def fork_program(
    arguments: tuple[str, ...], environment: Mapping[str, str], output: IO[bytes], errors: IO[bytes]
) -> ForkedProgram:
    """`python -m bff`, which has nothing of this process but what is given."""
    files = _Sent(output.fileno()), _Sent(errors.fileno())
    return ForkedProgram(fork(_run, arguments, dict(environment), *files))


@dataclass
class _Sent:
    """A file that another process gets, under a number of its own."""

    number: int

    def __reduce__(self) -> tuple[Callable[[Any], int], tuple[Any]]:
        return _number, (DupFd(self.number),)


def _number(sent: Any) -> int:
    number: int = sent.detach()
    return number


def _run(arguments: tuple[str, ...], environment: dict[str, str], output: int, errors: int) -> None:
    for number, sent in ((1, output), (2, errors)):
        os.dup2(sent, number)
        os.close(sent)
    sys.stdout = os.fdopen(1, "w", buffering=1, encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", buffering=1, encoding="utf-8", closefd=False)
    gc.freeze()  # as bff/__main__.py does
    os.environ.clear()
    os.environ.update(environment)
    cli(arguments, prog_name="python -m bff")
