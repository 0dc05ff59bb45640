"""GraphiQL as a person uses it: choose a tab, look at the editors, press run."""

import json
import time
from typing import Any, Final
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Page, Request, WebSocket

TABS: Final = (
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
)
# Monaco in the bundle, CodeMirror on the CDN page; both are there once the editors are.
EDITOR = """name => {
  const ended = {variables: "variables.json", response: "response.json", headers: "headers.json"};
  const models = globalThis.__MONACO?.editor.getModels() ?? [];
  const model = models.find(each => each.uri.path.endsWith(ended[name]));
  if (model) return model.getValue();
  const labels = {variables: "Variables", response: "Result Window", headers: "Headers"};
  const section = document.querySelector(`section[aria-label="${labels[name]}"]`);
  return section?.querySelector(".CodeMirror")?.CodeMirror.getValue() ?? "";
}"""
WAIT_SECONDS = 30


class GraphiQL:
    """The page under test, and every request and complaint of it."""

    def __init__(self, window: Page) -> None:
        self.window = window
        self.requested: list[str] = []
        self.pushed: list[dict[str, Any]] = []
        self.complaints: list[str] = []
        window.on("request", self._log_request)
        window.on("websocket", self._log_websocket)
        window.on("console", self._log_complaint)
        window.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self, address: str) -> None:
        self.window.goto(address)
        self.window.locator(".view-line, .CodeMirror-line").first.wait_for()

    def choose(self, tab: str) -> None:
        self.window.locator(".graphiql-tab button").get_by_text(tab, exact=True).click()

    def press_run(self) -> None:
        self.window.locator(".graphiql-execute-button").click()

    def run(self, tab: str) -> Any:
        """The `data` of the answer that the response pane shows."""
        self.choose(tab)
        self.press_run()
        answer = self.until(lambda: self.read("response"), f"{tab} shows no answer")
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    def read(self, editor: str) -> Any:
        """The JSON in an editor: `variables`, `headers` or `response`; None if it is empty."""
        text = self.window.evaluate(EDITOR, editor)
        return json.loads(text) if text.strip() else None

    def stored(self) -> str:
        """All that the browser keeps of this page, as one text."""
        return str(self.window.evaluate("JSON.stringify([localStorage, sessionStorage])"))

    def choose_from_history(self, operation: str) -> None:
        """The latest run of that operation."""
        self.window.get_by_label("Show History").click()
        self.window.locator(".graphiql-history-item-label").get_by_text(operation).first.click()

    def log(self) -> list[str]:
        return self.window.locator(".push-log li span").all_inner_texts()

    def tabs(self) -> tuple[str, ...]:
        return tuple(self.window.locator(".graphiql-tab").all_inner_texts())

    def until(self, look: Any, complaint: str) -> Any:
        deadline = time.monotonic() + WAIT_SECONDS
        while not (seen := look()):
            assert time.monotonic() < deadline, f"{complaint}; {self.complaints}"
            self.window.wait_for_timeout(50)
        return seen

    def origins(self) -> set[str]:
        """Scheme-less origins of every request and websocket; data: and blob: ask nobody."""
        parts = [urlsplit(url) for url in self.requested]
        return {each.netloc for each in parts if each.scheme not in ("data", "blob")}

    def _log_request(self, request: Request) -> None:
        self.requested.append(request.url)

    def _log_websocket(self, websocket: WebSocket) -> None:
        self.requested.append(websocket.url)
        websocket.on("framereceived", self._log_push)

    def _log_push(self, frame: str | bytes) -> None:
        message = json.loads(frame)
        if message["type"] == "next":
            self.pushed.append(message["payload"])

    def _log_complaint(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)
