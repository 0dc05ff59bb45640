"""GraphiQL's page: bundled where npm has built it, else from a CDN with integrity hashes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any, Final

HERE: Final = Path(__file__).parent
DIST: Final = HERE / "dist"  # what `npm run --prefix explorer build` writes
WEB: Final = HERE / "web"  # plain modules that the bundle and the CDN page share
JOURNEY: Final = HERE / "journey"
LOOKUP: Final = HERE / "lookup.graphql"
CDN: Final = "https://unpkg.com"


@dataclass(frozen=True, slots=True)
class ExplorerPage:
    """For demonstrations only: its HTML holds a shopper's token."""

    bundled: bool
    endpoint: str = "/graphql"

    def html(self, *, token: str) -> str:
        """Every tab of the journey, ready to run with `token` as its bearer.

        The browser fills the variables: it looks up a line that can be returned in one tap and
        an address, makes the keys, and learns `returnId` and `pickupId` from mutations.
        """
        config = {
            "endpoint": self.endpoint,
            "token": token,
            "lookup": LOOKUP.read_text("utf-8"),
            "tabs": tabs(),
        }
        name = "bundled.html" if self.bundled else "cdn.html"
        html = Template((HERE / name).read_text("utf-8"))
        return html.substitute(assets=f"{self.endpoint}/assets", config=_embed(config))

    @property
    def assets(self) -> Path:
        """The directory to serve at `{endpoint}/assets`."""
        return DIST if self.bundled else WEB

    @property
    def headers(self) -> dict[str, str]:
        """For the HTML's response: nobody keeps it or frames it, and no foreign script runs."""
        return {
            "Content-Security-Policy": "; ".join(_policy(() if self.bundled else (CDN,))),
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        }


def available_page(endpoint: str = "/graphql") -> ExplorerPage:
    """The best page that can be served here: look once, as `assets` is mounted once."""
    return ExplorerPage(bundled=(DIST / "main.js").is_file(), endpoint=endpoint)


def tabs() -> list[dict[str, Any]]:
    """The journey in the order of its file names; each tab has `query` and `variables`."""
    return [_tab(path) for path in sorted(JOURNEY.glob("*.graphql"))]


def _tab(path: Path) -> dict[str, Any]:
    variables_file = path.with_suffix(".json")
    variables = json.loads(variables_file.read_text("utf-8")) if variables_file.exists() else None
    return {"query": path.read_text("utf-8"), "variables": variables}


def _embed(config: Mapping[str, Any]) -> str:
    # Inside a script element only `<` could end it, or open a comment.
    return json.dumps(config, ensure_ascii=False).replace("<", "\\u003c")


def _policy(other_origins: tuple[str, ...]) -> list[str]:
    sources = " ".join(("'self'", *other_origins))
    return [
        "default-src 'none'",
        "base-uri 'none'",
        "connect-src 'self'",
        "font-src data:",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "img-src 'self' data:",
        f"script-src {sources}",
        f"style-src {sources} 'unsafe-inline'",  # the editors add style elements as they go
        "worker-src 'self'",
    ]
