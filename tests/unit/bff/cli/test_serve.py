"""What `bff serve` finds before it serves; serving itself is tested as a program of its own."""

import gc
import socket
import urllib.request
from pathlib import Path

import pytest
import typer

from bff.cli.serve import (
    GARBAGE_THRESHOLDS,
    listening,
    serving_metrics,
    spare_the_collector,
    welcome,
)
from bff.demo.load import DemoShopper
from bff.graphql.metrics import Metrics
from bff.settings import Settings
from tests.support.program import Program, free_port

SHOPPERS = [DemoShopper(f"sho_{level}", f"shopper {level}", level) for level in range(1, 6)]


async def test_a_port_that_is_taken_is_named_before_anything_is_opened(
    db_folder: Path,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        program = Program(db_folder / "bff.sqlite3", {"port": port})
        outcome = await program.run("serve")
    sentence = f"BFF_PORT: port {port} is taken by another program; choose another\n"
    assert outcome == (2, "", sentence)
    assert not program.database.exists()


@pytest.mark.parametrize(
    ("host", "name"), [("no.such.host.invalid", "BFF_HOST: "), ("192.0.2.1", "BFF_HOST, BFF_PORT")]
)
def test_a_host_that_is_not_here_is_named(
    host: str, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit):
        listening(Settings(host=host, port=0))
    message = capsys.readouterr().err
    assert message.startswith(name)
    assert host in message


def test_metrics_are_served_only_while_the_server_is() -> None:
    port, metrics = free_port(), Metrics()
    url = f"http://127.0.0.1:{port}/metrics"
    with serving_metrics(Settings(metrics_port=port), metrics), urllib.request.urlopen(url) as page:
        assert b"bff_" in page.read()
    socket.create_server(("127.0.0.1", port)).close()


def test_a_port_of_metrics_that_is_taken_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        settings = Settings(metrics_port=taken.getsockname()[1])
        with pytest.raises(typer.Exit), serving_metrics(settings, Metrics()):
            pytest.fail("it is served")
    assert capsys.readouterr().err.startswith("BFF_METRICS_PORT: ")


def test_the_welcome_names_the_port_that_was_bound(capsys: pytest.CaptureFixture[str]) -> None:
    welcome(Settings(port=0), 8123, SHOPPERS)
    output = capsys.readouterr().out
    assert "http://127.0.0.1:8123/graphql" in output
    assert output.count("★") == sum(range(6))


def test_the_collector_leaves_what_is_there_at_the_start() -> None:
    before, lists = gc.get_threshold(), [[level] for level in range(1000)]
    try:
        spare_the_collector()
        assert gc.get_freeze_count() > len(lists)
        assert gc.get_threshold() == GARBAGE_THRESHOLDS
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
