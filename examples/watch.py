"""Follow a return as an app would: `python examples/watch.py TOKEN RETURN_ID [ADDRESS]`.

ADDRESS is the server's, such as http://127.0.0.1:8000, which it is by default (its port: BFF_PORT).
When the connection is lost it comes back with the last cursor: nothing twice, nothing lost.
It ends when the money is back, or the return is over without.
"""

import asyncio
import json
import os
import sys
from itertools import count

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

ADDRESS = f"http://127.0.0.1:{os.environ.get('BFF_PORT', '8000')}"
ENDS = {"REFUND_ADVANCED", "RETURN_SUCCEEDED", "RETURN_CLOSED"}
WATCH = """subscription Watch($returnId: ID!, $after: String) {
  refundUpdates(returnId: $returnId, after: $after) { cursor at event message advance }
}"""


async def follow(socket: ClientConnection, token: str, variables: dict[str, str | None]) -> bool:
    """Print events, keeping the last cursor in `variables`; whether the last of them came."""
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
                sys.stdout.flush()
                if update["event"] in ENDS:
                    return True
            case "error":
                sys.exit(f"refused: {message['payload'][0]['message']}")
    return False


async def main(token: str, return_id: str, address: str = ADDRESS) -> None:
    url = f"{address.replace('http', 'ws', 1).rstrip('/')}/graphql"
    variables: dict[str, str | None] = {"returnId": return_id, "after": None}
    for attempt in count():
        await asyncio.sleep(min(attempt, 5))
        try:
            async with connect(url, subprotocols=[Subprotocol("graphql-transport-ws")]) as socket:
                if await follow(socket, token, variables):
                    return
        except (ConnectionClosed, OSError) as error:
            sys.stderr.write(f"{error}; coming back after {variables['after']}\n")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:4]))
