"""The page without a bundle, with the npm tarballs' files in place of the CDN's."""

import mimetypes
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from graphql import build_schema, introspection_from_schema
from playwright.sync_api import Page, Route

from bff.graphql.graphiql import page
from tests.browser.conftest import REPOSITORY
from tests.support.browser.graphiql import TABS, GraphiQL

pytestmark = pytest.mark.browser

ADDRESS = "http://graphiql.test/graphql"
TAP_RESULT = {"__typename": "OneTapReturnSuccess", "return": {"id": "return 1"}}
LINE = {"id": "line 1", "returnability": {"express": True, "refundQuote": None}}
VIEWER = {"addresses": [{"id": "address 1"}], "orders": {"nodes": [{"lines": [LINE]}]}}
SITE = page.ExplorerPage(bundled=False)


@pytest.fixture(scope="module")
def cdn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The CDN's files. Fails where an integrity hash of the page is not theirs."""
    folder = tmp_path_factory.mktemp("cdn")
    command = ["node", "explorer/integrity.mjs", "--check", "--save", str(folder)]
    subprocess.run(command, cwd=REPOSITORY, check=True)
    return folder


def _send(route: Route, path: Path, body: bytes | None = None) -> None:
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    headers = {"content-type": kind, "access-control-allow-origin": "*"}
    route.fulfill(body=path.read_bytes() if body is None else body, headers=headers)


def _response(route: Route) -> dict[str, Any]:
    body = route.request.post_data or ""
    if "query Lookup" in body:
        return {"data": {"viewer": VIEWER}}
    if "mutation OneTap" in body:
        return {"data": {"oneTapReturn": TAP_RESULT}}
    schema = build_schema((REPOSITORY / "schema.graphql").read_text("utf-8"))
    return {"data": dict(introspection_from_schema(schema))}


def _serve(route: Route) -> None:
    if route.request.method == "POST":
        return route.fulfill(json=_response(route))
    path = urlsplit(route.request.url).path
    if path == "/graphql":
        html = SITE.html(token="t")
        headers = {**SITE.headers, "content-type": "text/html"}
        return route.fulfill(body=html, headers=headers)
    return _send(route, SITE.assets / path.removeprefix("/graphql/assets/"))


@pytest.fixture
def graphiql(window: Page, cdn: Path) -> GraphiQL:
    window.route(f"{page.CDN}/**", lambda route: _send(route, _file(cdn, route)))
    window.route("http://graphiql.test/**", _serve)
    return GraphiQL(window)


def _file(cdn: Path, route: Route) -> Path:
    return cdn / urlsplit(route.request.url).path.removeprefix("/")


def test_page_runs_with_the_hashed_files(graphiql: GraphiQL, screenshots: Path) -> None:
    graphiql.open(ADDRESS)
    assert graphiql.tabs() == TABS
    assert graphiql.run("OneTap")["oneTapReturn"] == TAP_RESULT
    assert graphiql.read("variables")["orderLineId"] == "line 1"
    graphiql.choose("Watch")
    graphiql.until(lambda: graphiql.read("variables")["returnId"] == "return 1", "not learned")
    graphiql.window.screenshot(path=screenshots / "cdn.png")
    assert graphiql.origins() == {"graphiql.test", "unpkg.com"}
    assert graphiql.complaints == []


def test_file_with_another_hash_does_not_run(graphiql: GraphiQL, cdn: Path) -> None:
    def tampered(route: Route) -> None:
        path = _file(cdn, route)
        _send(route, path, path.read_bytes() + b"\n")

    graphiql.window.route(f"{page.CDN}/graphiql@*/graphiql.min.js", tampered)
    graphiql.window.goto(ADDRESS)
    assert graphiql.window.get_by_text("unpkg.com did not answer").is_visible()
    assert any("integrity" in complaint for complaint in graphiql.complaints)
