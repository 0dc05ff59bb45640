"""A real server in demo mode, and the system's Chromium to look at it with."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

REPOSITORY = Path(__file__).parents[2]
START_SECONDS = 60
FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--no-sandbox",
]


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def _wait(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not _answers(url):
        if server.poll() is not None or time.monotonic() > deadline:
            pytest.fail(f"the server did not start:\n{log.read_text('utf-8')}")
        time.sleep(0.1)


def _environment(folder: Path, port: int) -> dict[str, str]:
    return {
        **os.environ,
        "BFF_MODE": "demo",
        "BFF_DATABASE": str(folder / "bff.sqlite3"),
        "BFF_PORT": str(port),
        # A Wednesday morning in Shanghai, when couriers are about.
        "BFF_CLOCK_STARTS_AT": "2026-11-11T10:00:00+08:00",
        # A courier's two hours take 4 seconds.
        "BFF_PARTNER_SPEED": "1800",
    }


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Where GraphiQL is served, over a database of its own."""
    port = _free_port()
    origin = f"http://127.0.0.1:{port}"
    log = tmp_path / "server.log"
    with log.open("wb") as out:
        server = subprocess.Popen(
            [sys.executable, "-m", "bff", "serve"],
            cwd=REPOSITORY,
            env=_environment(tmp_path, port),
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait(f"{origin}/healthz", server, log)
            yield f"{origin}/graphql"
        finally:
            server.terminate()
            server.wait(timeout=30)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    assert path, "Chromium is needed: Debian's package, or its path in CHROMIUM"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def window(chromium: Browser) -> Iterator[Page]:
    """A fresh profile: no storage of an earlier visit."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def screenshots() -> Path:
    folder = Path(os.environ.get("SCREENSHOTS", Path(__file__).parent / "out"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder
