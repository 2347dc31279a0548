"""A real Chromium without a window, and a shop whose pages it opens: both on loopback only."""

import functools
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

from playwright.sync_api import Browser, Page, sync_playwright

_FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]


@functools.cache
def available() -> str | None:
    """None if Chromium can run here, else the name of the missing system package."""
    return None if shutil.which("chromium") else "chromium"


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser; each test takes contexts of it, which know nothing of each other."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=_FLAGS, chromium_sandbox=False
        )
        try:
            yield browser
        finally:
            browser.close()


class Shop:
    """Web pages on ``localhost``: another site than ``127.0.0.1``, as a shop is to its chat server."""

    def __init__(self) -> None:
        self.pages: dict[str, str] = {"/favicon.ico": ""}
        self.headers: dict[str, str] = {}
        shop = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                page = shop.pages.get(self.path.partition("?")[0])
                data = (page or "").encode()
                self.send_response(200 if page is not None else 404)
                kind = "text/css" if self.path.endswith(".css") else "text/html; charset=utf-8"
                for name, value in {
                    "Content-Type": kind,
                    "Content-Length": str(len(data)),
                    **shop.headers,
                }.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, name="shop", daemon=True)
        self.url = f"http://localhost:{self._server.server_port}"

    def page(self, tag: str, path: str = "/", *, lang: str = "en") -> None:
        """A page with a script tag."""
        self.pages[path] = f"<!doctype html><html lang='{lang}'><title>Shop</title><h1>Shop</h1>{tag}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def watch(page: Page) -> list[str]:
    """Everything the page complains of, from now on: errors, and what its policy refused."""
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("console", lambda said: found.append(said.text) if said.type in {"error", "warning"} else None)
    return found
