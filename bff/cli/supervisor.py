"""Several processes of one program: begun, begun again when one dies, and ended together."""

import multiprocessing
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess

import structlog

from bff.cli.runtime import WRONGLY_USED

# One that dies earlier than this is begun again after a pause: it may never succeed.
YOUNG_S, PAUSE_S = 5.0, 1.0
# As long as a server's drain may take, and a worker's after it
MAX_DRAIN_S = 25.0
log = structlog.get_logger("bff.cli")


class Supervisor:
    """`target` is run in each process, with its number from 0; it can be sent to another process.

    `release` is called before the processes are ended: what they share with this one is let go.
    """

    def __init__(
        self, count: int, target: Callable[[int], None], release: Callable[[], None]
    ) -> None:
        self._count = count
        self._target = target
        self._release = release
        self._context = multiprocessing.get_context("spawn")
        self._processes: dict[int, SpawnProcess] = {}
        self._began_at: dict[int, float] = {}
        self._status: int | None = None

    def run(self) -> int:
        """Until SIGTERM or SIGINT. The exit status: WRONGLY_USED where one of them ended so."""
        with self._signals() as signalled:
            for number in range(self._count):
                self._begin(number)
            while self._status is None:
                wait([signalled, *(one.sentinel for one in self._processes.values())])
                self._replace_dead()
            self._end()
        return self._status

    @contextmanager
    def _signals(self) -> Iterator[socket.socket]:
        """What becomes readable with a signal."""
        signalled, woken = socket.socketpair()
        woken.setblocking(False)
        before = {one: signal.signal(one, self._stop) for one in (signal.SIGTERM, signal.SIGINT)}
        fd_before = signal.set_wakeup_fd(woken.fileno(), warn_on_full_buffer=False)
        try:
            yield signalled
        finally:
            signal.set_wakeup_fd(fd_before)
            for one, handler in before.items():
                signal.signal(one, handler)
            signalled.close()
            woken.close()

    def _stop(self, *_: object) -> None:
        self._status = self._status or 0

    def _begin(self, number: int) -> None:
        process = self._context.Process(target=self._target, args=(number,), name=f"bff {number}")
        process.start()
        self._processes[number] = process
        self._began_at[number] = time.monotonic()

    def _replace_dead(self) -> None:
        for number, process in self._processes.items():
            if process.exitcode == WRONGLY_USED:
                self._status = WRONGLY_USED
            if self._status is not None:
                return
            if process.exitcode is not None:
                log.error("a process died", number=number, status=process.exitcode)
                if time.monotonic() < self._began_at[number] + YOUNG_S:
                    time.sleep(PAUSE_S)
                self._begin(number)

    def _end(self) -> None:
        self._release()
        for process in self._processes.values():
            process.terminate()
        deadline = time.monotonic() + MAX_DRAIN_S
        for process in self._processes.values():
            process.join(max(deadline - time.monotonic(), 0))
            process.kill()
            process.join()
