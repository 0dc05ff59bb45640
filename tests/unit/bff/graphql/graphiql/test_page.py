"""What the GraphiQL page holds and what it may run, without a browser."""

import base64
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from graphql import build_schema, parse, validate

from bff.graphql.graphiql.page import CDN, LOOKUP, ExplorerPage, available_page, tabs

SCHEMA = Path(__file__).parents[5] / "schema.graphql"
NAMES = [
    "Me",
    "MyOrders",
    "PickupSlots",
    "OneTap",
    "Watch",
    "MyReturns",
    "TapAgain",
    "Cancel",
    "PayFee",
    "Refund",
]
OPERATION = re.compile(r"^(?:query|mutation|subscription) (\w+)", re.MULTILINE)


class Elements(HTMLParser):
    """The scripts and links of a page, and the text of its config."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[dict[str, str | None]] = []
        self.config = ""
        self._inside_config = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "link"):
            self.elements.append({"tag": tag, **dict(attrs)})
        self._inside_config = ("id", "config") in attrs

    def handle_data(self, data: str) -> None:
        if self._inside_config:
            self.config += data

    @property
    def foreign(self) -> list[dict[str, str | None]]:
        return [each for each in self.elements if _address(each).startswith("https:")]


def _address(element: dict[str, str | None]) -> str:
    return element.get("src") or element.get("href") or ""


def _html(*, bundled: bool, token: str = "t") -> str:
    return ExplorerPage(bundled=bundled).html(token=token)


@pytest.fixture(params=[True, False], ids=["bundled", "cdn"])
def bundled(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def test_tabs_are_the_journey_in_order() -> None:
    assert [OPERATION.findall(tab["query"]) for tab in tabs()] == [[name] for name in NAMES]


def test_every_tab_says_what_it_shows() -> None:
    assert all(tab["query"].startswith("# ") for tab in tabs())


@pytest.mark.parametrize(
    "query", [*(tab["query"] for tab in tabs()), LOOKUP.read_text("utf-8")], ids=[*NAMES, "Lookup"]
)
def test_operation_is_valid(query: str) -> None:
    schema = build_schema(SCHEMA.read_text("utf-8"))
    assert validate(schema, parse(query)) == []


@pytest.mark.parametrize("tab", tabs(), ids=NAMES)
def test_tab_names_each_variable(tab: dict[str, dict[str, str] | str]) -> None:
    used = set(re.findall(r"\$(\w+):", str(tab["query"])))
    assert set(tab["variables"] or ()) == used


def test_config_comes_through_whole(bundled: bool) -> None:
    config = json.loads(Elements(_html(bundled=bundled, token="a $assets")).config)
    assert config["token"] == "a $assets"
    assert config["lookup"] == LOOKUP.read_text("utf-8")
    assert config["tabs"] == tabs()


def test_config_cannot_leave_its_element(bundled: bool) -> None:
    hostile = "</script><!--<script>alert(1)</script>"
    page = Elements(_html(bundled=bundled, token=hostile))
    assert json.loads(page.config)["token"] == hostile
    assert len(page.elements) == len(Elements(_html(bundled=bundled)).elements)


def test_no_script_is_inline(bundled: bool) -> None:
    scripts = [
        each for each in Elements(_html(bundled=bundled)).elements if each["tag"] == "script"
    ]
    inline = [each for each in scripts if not each.get("src")]
    assert [each.get("type") for each in inline] == ["application/json"]


def test_bundled_page_names_no_other_origin() -> None:
    assert Elements(_html(bundled=True)).foreign == []


def test_foreign_files_are_pinned_and_hashed() -> None:
    foreign = Elements(_html(bundled=False)).foreign
    assert len(foreign) == 6
    for element in foreign:
        assert re.match(rf"{CDN}/(@[\w-]+/)?[\w-]+@\d+\.\d+\.\d+/", _address(element))
        assert element["crossorigin"] == "anonymous"
        algorithm, _, digest = str(element["integrity"]).partition("-")
        assert algorithm == "sha384"
        assert len(base64.b64decode(digest, validate=True)) == 48


def test_policy_lets_the_cdn_in_only_where_it_is_used(bundled: bool) -> None:
    policy = ExplorerPage(bundled=bundled).headers["Content-Security-Policy"]
    scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert scripts == ("script-src 'self'" if bundled else f"script-src 'self' {CDN}")


def test_page_moves_with_its_endpoint(bundled: bool) -> None:
    html = ExplorerPage(bundled=bundled, endpoint="/api").html(token="t")
    own = [_address(each) for each in Elements(html).elements if _address(each).startswith("/")]
    assert own
    assert all(address.startswith("/api/assets/") for address in own)
    assert json.loads(Elements(html).config)["endpoint"] == "/api"


def test_own_files_are_there() -> None:
    page = available_page()
    own = [_address(each) for each in Elements(page.html(token="t")).elements]
    names = [address.removeprefix("/graphql/assets/") for address in own if address[:1] == "/"]
    assert names
    assert all((page.assets / name).is_file() for name in names)
