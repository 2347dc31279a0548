"""A person at a browser, on the page of a shop with a chat."""

from playwright.sync_api import BrowserContext, FrameLocator, Locator, Page, expect

from tests.servers.browser import Shop, watch
from tests.servers.chat import Site

KEY = b"0123456789abcdef"


def tag(site: Site, **data: str) -> str:
    """The one line of the shop's page."""
    attributes = "".join(f' data-{name}="{value}"' for name, value in data.items())
    return f'<script async src="{site.url}/widget.js"{attributes}></script>'


class Guest:
    """A person at a browser, on the shop's page."""

    def __init__(self, context: BrowserContext, shop: Shop, path: str = "/") -> None:
        self.page: Page = context.new_page()
        self.complaints = watch(self.page)
        self.page.goto(shop.url + path)

    @property
    def bubble(self) -> Locator:
        return self.page.get_by_role("button", name="Chat")

    @property
    def chat(self) -> FrameLocator:
        return self.page.frame_locator("iframe")

    @property
    def words(self) -> Locator:
        return self.chat.locator("#text")

    @property
    def lines(self) -> Locator:
        return self.chat.locator(".line:not(#greeting)")

    def open(self) -> None:
        self.bubble.click()
        expect(self.words).to_be_visible()

    def say(self, text: str) -> None:
        self.words.fill(text)
        self.words.press("Enter")

    def sees(self, *texts: str) -> None:
        """These lines and no others, in order."""
        expect(self.lines).to_have_count(len(texts))
        for line, text in zip(self.lines.all(), texts, strict=True):
            expect(line).to_contain_text(text)


def visitor_of(site: Site) -> str:
    """The visitor who wrote first; waits until somebody did."""
    events, _ = site.events(wait=10)
    visitor: str = events[0]["visitor"]
    return visitor


def said(site: Site) -> list[str]:
    return [event["text"] for event in site.events()[0] if event["kind"] == "said"]
