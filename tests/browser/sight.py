"""One opened page: what it shows, what it asked for, what went wrong in it."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Page, Request

STANDING = '[data-testid="stApp"][data-test-script-state="notRunning"][data-test-connection-state="CONNECTED"]'
PATIENCE_MS = 300_000


class Sight:
    """A page in Chromium, loaded and settled."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.host = urlsplit(address).netloc
        self.asked: list[str] = []
        self.complaints: list[str] = []
        page.on("request", self._note_request)
        page.on("console", self._note_console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(address)
        self.settle()

    def settle(self) -> None:
        """Wait until the script has run and nothing is being drawn."""
        self.page.wait_for_selector(STANDING, timeout=PATIENCE_MS)
        self.page.wait_for_selector('[data-testid="stHeading"], h1', timeout=PATIENCE_MS)
        self.page.wait_for_function(
            "() => !document.querySelector('[data-testid=\"stSkeleton\"]')", timeout=PATIENCE_MS
        )

    def outside(self) -> list[str]:
        """The addresses it asked for that are not the server's."""
        return [
            url
            for url in self.asked
            if urlsplit(url).scheme in {"http", "https", "ws", "wss"} and urlsplit(url).netloc != self.host
        ]

    def exceptions(self) -> list[str]:
        """The tracebacks on the page."""
        return self.page.locator('[data-testid="stException"]').all_inner_texts()

    def title(self) -> str:
        """The heading."""
        return self.page.locator("h1").first.inner_text()

    def overflow(self) -> int:
        """By how many pixels the content is wider than its frame."""
        main = self.page.get_by_test_id("stMain")
        return int(main.evaluate("part => part.scrollWidth - part.clientWidth"))

    def _note_request(self, request: Request) -> None:
        self.asked.append(request.url)

    def _note_console(self, message: ConsoleMessage) -> None:
        # On a page's own address Streamlit's script looks for its server in two places; the first is not there.
        looking_for_server = "/_stcore/" in str(message.location.get("url"))
        if message.type == "error" and not looking_for_server:
            self.complaints.append(message.text)
