"""What an operator sees: on a port of its own, and counted as it happened."""

import re
from pathlib import Path

import httpx

from tests.graphql.hostile import JSON, body_of
from tests.program import Program, free_port

VIEWER, UNKNOWN = "{ viewer { id } }", "{ nope }"
OPERATIONS = re.compile(
    r'^bff_operations_total{operation="(\w+)",outcome="([\w-]+)",transport="(\w+)"} ([1-9]\d*)\.0$',
    re.MULTILINE,
)


async def scraped(port: int) -> str:
    async with httpx.AsyncClient(verify=False) as http:
        return (await http.get(f"http://127.0.0.1:{port}/metrics")).text


async def ask(base: str, token: str | None, *documents: str) -> None:
    headers = {"Content-Type": JSON} | ({"Authorization": f"Bearer {token}"} if token else {})
    async with httpx.AsyncClient(verify=False, headers=headers) as http:
        for document in documents:
            await http.post(f"http://{base}/graphql", content=body_of(document, {}))


async def test_operations_are_counted_and_served_elsewhere(tmp_path: Path) -> None:
    port = free_port()
    options = {"metrics_port": port, "executor": "graphql-core", "log_level": "warning"}
    async with Program(tmp_path / "bff.sqlite3", options).serving() as served:
        token = (await served.tokens())[0]
        await ask(served.base, token, VIEWER, VIEWER, UNKNOWN, "mutation { __typename }", "")
        await ask(served.base, "x", VIEWER)
        told = await scraped(port)
        beside = await served.page("/metrics")
    counted = {line[:3]: int(line[3]) for line in OPERATIONS.findall(told)}
    assert counted == {
        ("query", "graphql-core", "http"): 2,
        ("mutation", "graphql-core", "http"): 1,
        ("none", "refused", "http"): 3,
    }
    assert 'bff_operation_seconds_count{operation="query",transport="http"} 2.0' in told
    assert "process_resident_memory_bytes" in told
    assert beside.status_code == 404


async def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    port = free_port()
    async with Program(tmp_path / "one.sqlite3", {"metrics_port": port}).serving():
        other = Program(tmp_path / "other.sqlite3", {"metrics_port": port, "port": free_port()})
        code, _, errors = await other.run("serve")
    assert code == 2
    assert "BFF_METRICS_PORT: Address already in use" in errors
    assert "Traceback" not in errors
