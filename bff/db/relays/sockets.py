"""Wake-ups between the processes of one machine: each binds a Unix datagram socket in a folder."""

import asyncio
import errno
import os
import secrets
import socket
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import Self

import structlog

from bff.db.relays.relay import Exchange, PendingTopics
from bff.db.wakeups import WakeUps

MAX_BYTES = 8_000
MAX_ADDRESS_BYTES = 100  # of a socket's path: the system's limit is 104 or 108
SUFFIX = ".sock"
MIN_PAUSE_S, MAX_PAUSE_S = 0.005, 1.0
GONE = (errno.ECONNREFUSED, errno.ENOENT)
log = structlog.get_logger("bff.db.relays")


class SocketRelay:
    """Where no socket can be bound, such as on another system, processes only poll."""

    def __init__(self, folder: Path, wakeups: WakeUps) -> None:
        self._folder = folder
        self._wakeups = wakeups
        self._exchange = Exchange(wakeups)
        self._name = f"{os.getpid()}-{secrets.token_hex(4)}{SUFFIX}"
        self._socket: socket.socket | None = None
        self._descriptor: int | None = None
        self._full: dict[str, PendingTopics] = {}
        self._pause_s = MIN_PAUSE_S
        self._retry: asyncio.TimerHandle | None = None

    async def __aenter__(self) -> Self:
        try:
            self._socket = self._bind()
        except OSError as error:
            log.warning("other processes are not woken, they poll", reason=str(error))
            return self
        asyncio.get_running_loop().add_reader(self._socket, self._receive, self._socket)
        self._wakeups.relay = self._publish
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._socket:
            self._wakeups.relay = None
            self._send_again()
            asyncio.get_running_loop().remove_reader(self._socket)
            self._socket.close()
            self._remove(self._name)
            self._socket = None
        if self._retry:
            self._retry.cancel()
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _bind(self) -> socket.socket:
        self._folder.mkdir(mode=0o700, exist_ok=True)
        if len(os.fsencode(self._folder / self._name)) > MAX_ADDRESS_BYTES:
            self._descriptor = os.open(self._folder, os.O_RDONLY)
        bound = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        bound.setblocking(False)
        try:
            bound.bind(self._address(self._name))
        except OSError:
            bound.close()
            raise
        return bound

    def _address(self, name: str) -> str:
        """Through the folder's descriptor where its path is too long."""
        if self._descriptor is None:
            return str(self._folder / name)
        return f"/proc/self/fd/{self._descriptor}/{name}"

    def _receive(self, bound: socket.socket) -> None:
        with suppress(BlockingIOError):
            while True:
                self._exchange.receive(bound.recv(MAX_BYTES).decode(errors="replace"))

    def _publish(self, topics: Collection[str]) -> None:
        for peer in self._peers():
            self._send(peer, topics)

    def _peers(self) -> list[str]:
        try:
            with os.scandir(self._folder) as entries:
                names = [entry.name for entry in entries]
        except OSError:
            return []
        return [name for name in names if name != self._name and name.endswith(SUFFIX)]

    def _send(self, peer: str, topics: Collection[str]) -> None:
        if self._socket is None:
            return
        try:
            for payload in self._exchange.payloads(topics, MAX_BYTES):
                self._socket.sendto(payload.encode(), self._address(peer))
        except OSError as error:
            if error.errno in GONE:
                self._remove(peer)
            else:  # it reads slower than this process writes
                self._full.setdefault(peer, PendingTopics()).add(topics)
                self._send_later()

    def _remove(self, name: str) -> None:
        """The socket of a process that has ended."""
        with suppress(OSError):
            (self._folder / name).unlink()

    def _send_later(self) -> None:
        if self._retry is None:
            self._retry = asyncio.get_running_loop().call_later(self._pause_s, self._send_again)

    def _send_again(self) -> None:
        self._retry = None
        full, self._full = self._full, {}
        self._pause_s = min(self._pause_s * 2, MAX_PAUSE_S)
        for peer, pending in full.items():
            self._send(peer, pending.take())
        if not self._full:
            self._pause_s = MIN_PAUSE_S
