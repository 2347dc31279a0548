"""A browser, a shop and its chat server, for the tests of the widget."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from adapters._chat_config import Texts, Widget
from tests.adapters.widget.guest import KEY, tag
from tests.servers import browser as browsers
from tests.servers.browser import Shop
from tests.servers.chat import AMPLE, Site

PATIENCE = 15_000  # milliseconds: a busy machine is slow, a broken widget never gets there


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if missing := browsers.available():
        pytest.skip(f"the system package {missing} is not installed")
    with browsers.chromium() as running:
        yield running


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(locale="en-GB", accept_downloads=True)
    context.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    yield context
    context.close()


@pytest.fixture
def shop() -> Iterator[Shop]:
    with Shop() as running:
        yield running


@pytest.fixture
def site(tmp_path: Path, shop: Shop) -> Iterator[Site]:
    widget = Widget(
        title="Corner <b>Bakery</b>",
        texts={
            "en": Texts(
                greeting="Good day!", consent="We keep this chat.", consent_url="https://example.com/p"
            )
        },
        limits=AMPLE,
    )
    with Site(tmp_path / "chat", origins=[shop.url], widget=widget, signing_key=KEY) as running:
        shop.page(tag(running))
        yield running
