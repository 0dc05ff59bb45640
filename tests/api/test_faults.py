"""A fault has an id, under which it is logged; a request error is no fault."""

import re
from typing import Any

import pytest
from structlog.testing import capture_logs

from bff.db.tables import idempotency, returns
from tests.support.database import dump, table_removed
from tests.support.documents import ONE_TAP
from tests.support.factories import create_order, create_shopper
from tests.support.raw_client import INVALID_REQUESTS, SECRETS, http_client, json_body, post, send
from tests.support.shared_world import SharedWorld, shared_loop
from tests.support.world import START, World


async def test_a_fault_is_masked_and_logged_under_one_id(
    server: World, caplog: pytest.LogCaptureFixture
) -> None:
    shopper = await create_shopper(server.db)
    document = "{ viewer { id returns { totalCount } } }"
    with capture_logs() as logs:
        async with table_removed(server.db, returns), http_client(server) as http:
            answer = await post(http, json_body(document, {}), server.token(shopper))
    [error] = answer.json()["errors"]
    [logged] = logs
    assert error["extensions"] == {"code": "FAULT", "id": logged["fault_id"]}
    assert error["message"] == f"Something went wrong here. Fault {logged['fault_id']}."
    assert error["path"] == logged["path"] == ["viewer", "returns"]
    assert re.search('no such table: returns|relation "returns" does not', str(logged["exc_info"]))
    assert not any(secret in answer.text for secret in (*SECRETS, "no such"))
    assert caplog.messages == []


async def test_a_fault_in_a_mutation_changes_nothing(server: World) -> None:
    shopper = await create_shopper(server.db)
    [line] = await create_order(server.db, shopper, received_at=START)
    before = await dump(server.db)
    tap: dict[str, Any] = {"key": "k", "line": line, "pickup": {}}
    async with http_client(server) as http:
        with capture_logs() as logs:
            async with table_removed(server.db, idempotency):
                failed = await post(http, json_body(ONE_TAP, tap), server.token(shopper))
        after = await dump(server.db)
        again = await post(http, json_body(ONE_TAP, tap), server.token(shopper))
    [error] = failed.json()["errors"]
    assert error["extensions"] == {"code": "FAULT", "id": logs[0]["fault_id"]}
    assert failed.json()["data"] == {"oneTapReturn": None}
    assert after == before
    assert again.json()["data"]["oneTapReturn"]["replayed"] is False


@shared_loop
async def test_a_request_error_is_not_logged_as_a_fault(
    shared: SharedWorld, caplog: pytest.LogCaptureFixture
) -> None:
    with capture_logs() as logs:
        for document, variables in INVALID_REQUESTS.values():
            await send(shared, json_body(document, variables))
        await send(shared, json_body("{ pickupSlots { id } }", {}))
    assert (logs, caplog.messages) == ([], [])
