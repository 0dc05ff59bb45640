"""A return with many subscribers, and the trigger of its events."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import orjson

from benchmarks import files, rows, servers
from benchmarks.http_client import DifferentAnswerError, HttpClient, http_client, operation
from benchmarks.rows import Mix
from benchmarks.servers import Peer, Running, running
from benchmarks.sockets import Subscriber, opened, subscribe

MIX = Mix(10_000, express=True)
SHOPPER = 0
WINDOWS = ("20260311T09", "20260311T11")
RESCHEDULED = b"PickupRescheduleSuccess"
OURS, THEIRS = "this project", "graphql-ws"
RESCHEDULE = """
mutation Reschedule($key: String!, $pickup: ID!, $slot: ID!) {
  pickupReschedule(input: { idempotencyKey: $key, pickupId: $pickup, slotId: $slot }) {
    __typename
  }
}"""


@dataclass(frozen=True, slots=True)
class FollowedReturn:
    """A file with an approved return whose courier has not answered yet."""

    database: Path
    token: str
    return_id: str
    pickup_id: str

    def cursor(self) -> str:
        """Of its newest event."""
        with closing(sqlite3.connect(self.database)) as db:
            [newest] = db.execute(
                "SELECT max(id) FROM events WHERE topic = ?", (self.return_id,)
            ).fetchone()
        return str(newest)

    def subscriber(self, server: Running, cursor: str) -> Subscriber:
        subscriber = opened(server.port, self.token)
        subscribe(subscriber, operation("watch"), returnId=self.return_id, after=cursor)
        return subscriber

    def is_update(self, frame: bytes) -> bool:
        message = orjson.loads(frame)
        if message.get("type") != "next" or "errors" in message["payload"]:
            return False
        update = message["payload"]["data"]["refundUpdates"]
        return bool(update["return"]["id"] == self.return_id and update["cursor"])


def prepare(folder: Path) -> FollowedReturn:
    """Tapped through this project's own server."""
    database = files.copied(files.kept(MIX), folder, "followed")
    [token] = files.tokens(database, [SHOPPER])
    line, address = rows.order_line_id(SHOPPER, 1), rows.address_id(SHOPPER)
    with running(servers.this_project(database)) as server, http_client(server) as client:
        variables = {"key": "followed", "line": line, "pickup": {"addressId": address}}
        answer = orjson.loads(client.ask(operation("one_tap"), token, **variables))
    opened_return = answer["data"]["oneTapReturn"]["return"]
    return FollowedReturn(database, token, opened_return["id"], opened_return["pickup"]["id"])


def copy_of(followed: FollowedReturn, folder: Path, name: str) -> FollowedReturn:
    database = files.copied(followed.database, folder, name)
    return FollowedReturn(database, followed.token, followed.return_id, followed.pickup_id)


def peer_of(name: str, followed: FollowedReturn) -> Peer:
    if name == OURS:
        return servers.this_project(followed.database, OURS)
    return servers.node(followed.database, THEIRS)


class Trigger:
    """Sends the request that makes the event; its answer is read afterwards."""

    def __init__(self, server: Running, followed: FollowedReturn) -> None:
        self._ours = server.peer.name != THEIRS
        self._client = HttpClient(server)
        self._followed = followed
        self._turns = count()

    def reopen(self) -> None:
        self._client.reopen()

    def send(self) -> None:
        path, content = self._reschedule() if self._ours else self._emit()
        self._client.send("POST", path, self._followed.token, content)

    def _emit(self) -> tuple[str, object]:
        return f"/emit?return={self._followed.return_id}", None

    def _reschedule(self) -> tuple[str, object]:
        turn = next(self._turns)
        slot = WINDOWS[turn % len(WINDOWS)]
        variables = {"key": f"{id(self)}-{turn}", "pickup": self._followed.pickup_id, "slot": slot}
        return "/graphql", {"query": RESCHEDULE, "variables": variables}

    def check_response(self) -> None:
        """Raises DifferentError where nothing came of it."""
        body = self._client.response_body()
        if self._ours and RESCHEDULED not in body:
            raise DifferentAnswerError(body.decode())

    def close(self) -> None:
        self._client.close()
