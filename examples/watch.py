"""Follow a return as an app would: `python examples/watch.py TOKEN RETURN_ID`.

When the connection is lost it comes back with the last cursor: nothing twice, nothing lost.
"""

import asyncio
import json
import sys
from itertools import count

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

URL = "ws://127.0.0.1:8000/graphql"
WATCH = """subscription Watch($returnId: ID!, $after: String) {
  refundUpdates(returnId: $returnId, after: $after) { cursor at event message advance }
}"""


async def follow(socket: ClientConnection, token: str, variables: dict[str, str | None]) -> None:
    """Print events, keeping the last cursor in `variables`."""
    init = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}
    await socket.send(json.dumps({"type": "connection_init", "payload": init}))
    payload = {"query": WATCH, "variables": variables}
    async for text in socket:
        message = json.loads(text)
        match message["type"]:
            case "connection_ack":
                await socket.send(json.dumps({"type": "subscribe", "id": "1", "payload": payload}))
            case "next":
                update = message["payload"]["data"]["refundUpdates"]
                variables["after"] = update["cursor"]
                sys.stdout.write(f"{update['at']}  {update['event']:<20} {update['message']}\n")
            case "error":
                sys.exit(f"refused: {message['payload'][0]['message']}")


async def main(token: str, return_id: str) -> None:
    variables: dict[str, str | None] = {"returnId": return_id, "after": None}
    for attempt in count():
        await asyncio.sleep(min(attempt, 5))
        try:
            async with connect(URL, subprotocols=[Subprotocol("graphql-transport-ws")]) as socket:
                await follow(socket, token, variables)
        except (ConnectionClosed, OSError) as error:
            sys.stderr.write(f"{error}; coming back after {variables['after']}\n")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:3]))
