"""The widget in a real Chromium: what a visitor of the shop's website meets, and what a stranger's page does not."""

import json
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Locator, Page, expect

from adapters._chat_config import Texts, Widget
from adapters._chat_vouch import sign
from agent_tui.core.clock import SYSTEM
from tests.servers import browser as browsers
from tests.servers.browser import Shop, watch
from tests.servers.chat import AMPLE, Site

pytestmark = pytest.mark.skipif(
    browsers.available() is not None, reason=f"the system package {browsers.available()} is not installed"
)
KEY = b"0123456789abcdef"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsers.chromium() as running:
        yield running


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(locale="en-GB", accept_downloads=True)
    context.set_default_timeout(15_000)
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


class TestAConversation:
    def test_open_type_reload_and_go_on(self, context: BrowserContext, shop: Shop, site: Site) -> None:
        guest = Guest(context, shop)
        guest.open()
        expect(guest.chat.get_by_text("Good day!")).to_be_visible()
        guest.say("Is the bakery open on Sunday?")
        site.answer(visitor_of(site), "Yes, until noon.")
        guest.sees("Is the bakery open on Sunday?", "Yes, until noon.")
        guest.page.reload()
        guest.sees("Is the bakery open on Sunday?", "Yes, until noon.")  # it opens again by itself
        guest.say("Thank you")
        expect(guest.lines.last).to_contain_text("Sent")
        assert said(site) == ["Is the bakery open on Sunday?", "Thank you"]
        assert guest.complaints == []

    def test_what_is_typed_without_a_network_arrives_once(
        self, context: BrowserContext, shop: Shop, site: Site
    ) -> None:
        guest = Guest(context, shop)
        guest.open()
        guest.say("one")
        expect(guest.lines.last).to_contain_text("Sent")
        context.set_offline(True)
        expect(guest.chat.locator("#status")).to_contain_text("No connection")
        for text in ("two", "three"):
            guest.say(text)
        expect(guest.lines.last).to_contain_text("Sending")
        site.answer(visitor_of(site), "missed")
        assert said(site) == ["one"]
        context.set_offline(False)
        guest.sees("one", "missed", "two", "three")
        assert said(site) == ["one", "two", "three"]

    def test_what_was_never_sent_arrives_after_coming_back(
        self, context: BrowserContext, shop: Shop, site: Site
    ) -> None:
        guest = Guest(context, shop)
        guest.open()
        context.set_offline(True)
        guest.say("typed in a tunnel")
        expect(guest.lines.last).to_contain_text("Sending")
        guest.page.close()
        context.set_offline(False)
        assert site.events()[0] == []
        back = Guest(context, shop)
        back.open()
        back.sees("typed in a tunnel")
        expect(back.lines.last).to_contain_text("Sent")
        again = Guest(context, shop)
        again.open()
        again.sees("typed in a tunnel")
        assert said(site) == ["typed in a tunnel"]

    def test_a_server_that_is_started_again_loses_nothing(
        self, context: BrowserContext, shop: Shop, site: Site
    ) -> None:
        guest = Guest(context, shop)
        guest.open()
        guest.say("before")
        expect(guest.lines.last).to_contain_text("Sent")
        site.stop()
        guest.say("meanwhile")
        site.start()
        expect(guest.lines.last).to_contain_text("Sent")
        guest.sees("before", "meanwhile")
        assert said(site) == ["before", "meanwhile"]

    def test_missed_answers_are_counted_on_the_closed_button(
        self, context: BrowserContext, shop: Shop, site: Site
    ) -> None:
        guest = Guest(context, shop)
        guest.open()
        guest.say("hello")
        who = visitor_of(site)
        guest.page.close()
        for text in ("first", "second"):
            site.answer(who, text)
        back = Guest(context, shop)
        expect(back.page.get_by_role("button", name="Chat (2)")).to_be_visible()
        back.open()
        back.sees("hello", "first", "second")
        expect(back.page.get_by_role("button", name="Chat", exact=True)).to_be_visible()
        assert [e["seen"] for e in site.events()[0] if e["kind"] == "reached"][-1] is True

    def test_two_windows_show_the_same(self, context: BrowserContext, shop: Shop, site: Site) -> None:
        one, two = Guest(context, shop), Guest(context, shop)
        for guest in (one, two):
            guest.open()
        one.say("from the first")
        two.sees("from the first")
        two.say("from the second")
        one.sees("from the first", "from the second")

    def test_delivered_seen_and_typing_are_shown(
        self, context: BrowserContext, shop: Shop, site: Site
    ) -> None:
        guest = Guest(context, shop)
        guest.open()
        guest.say("hello")
        expect(guest.lines.last).to_contain_text("Sent")
        [event], cursor = site.events()
        site.events(cursor)
        expect(guest.lines.last).to_contain_text("Delivered")
        typing = {"site": site.name, "visitor": event["visitor"], "on": True}
        site.agent.post("/agent/typing", json=typing)
        expect(guest.chat.locator("#typing")).to_have_text("Typing…")
        site.answer(event["visitor"], "hello, Ana")
        guest.sees("hello", "hello, Ana")
        expect(guest.lines.first).to_contain_text("Seen")
        expect(guest.chat.locator("#typing")).to_have_text("")
        waiting = site.waiting(site.events(cursor)[1])
        guest.words.press_sequentially("I am")
        page = waiting.result()
        while not page["typing"]:
            page = site.waiting(page["cursor"]).result()
        assert page["typing"] == [typing]

    def test_without_websockets_it_polls(self, context: BrowserContext, shop: Shop, site: Site) -> None:
        context.route_web_socket(re.compile("/socket"), lambda socket: socket.close())
        guest = Guest(context, shop)
        guest.open()
        guest.say("by post")
        expect(guest.lines.last).to_contain_text("Sent")
        site.answer(visitor_of(site), "by return")
        guest.sees("by post", "by return")
        assert said(site) == ["by post"]

    def test_nobody_there_and_an_address_left(self, context: BrowserContext, shop: Shop, site: Site) -> None:
        guest = Guest(context, shop)
        guest.open()
        expect(guest.chat.locator("#status")).to_have_text("Nobody is here right now")
        guest.say("Do you bake without gluten?")
        guest.chat.locator("#leave-mail").fill("ana@example.com")
        guest.chat.get_by_role("button", name="Answer me by e-mail").click()
        expect(guest.chat.get_by_text("Thank you. We answer to ana@example.com.")).to_be_visible()
        expect(guest.chat.locator("#leave")).to_be_hidden()
        events, _ = site.events()
        assert [event["kind"] for event in events] == ["said", "left"]
        assert events[1]["mail"] == "ana@example.com"

    def test_name_and_mail_before_the_first_word(
        self, context: BrowserContext, shop: Shop, site: Site
    ) -> None:
        guest = Guest(context, shop)
        guest.open()
        guest.chat.get_by_text("Your name and e-mail (optional)").click()
        guest.chat.locator("#who-name").fill("Ana Sousa")
        guest.chat.locator("#who-mail").fill("ana@example.com")
        guest.say("hello")
        expect(guest.lines.last).to_contain_text("Sent")
        assert site.events()[0][0]["claims"] == {"name": "Ana Sousa", "mail": "ana@example.com"}
        expect(guest.chat.locator("#who")).to_be_hidden()

    def test_the_shops_login_vouches(self, context: BrowserContext, shop: Shop, site: Site) -> None:
        until = int(SYSTEM.now().timestamp()) + 600
        signature = sign(KEY, shop.url, "42", until, name="Ana Sousa")
        shop.page(tag(site, user="42", name="Ana Sousa", until=str(until), signature=signature), "/account")
        guest = Guest(context, shop)
        guest.open()
        guest.say("before signing in")
        expect(guest.lines.last).to_contain_text("Sent")
        signed_in = Guest(context, shop, "/account")
        expect(signed_in.words).to_be_attached()
        signed_in.open()
        signed_in.sees("before signing in")
        signed_in.say("and after")
        expect(signed_in.lines.last).to_contain_text("Sent")
        assert site.events()[0][-1]["claims"] == {"user": "42", "login_name": "Ana Sousa"}
        signed_out = Guest(context, shop)
        signed_out.open()
        expect(signed_out.chat.get_by_text("Good day!")).to_be_visible()
        signed_out.sees()


class TestFiles:
    def test_a_picture_goes_and_one_comes(self, context: BrowserContext, shop: Shop, site: Site) -> None:
        guest = Guest(context, shop)
        guest.open()
        picture = guest.page.screenshot()
        guest.chat.locator("#file").set_input_files(
            {"name": "cake.png", "mimeType": "image/png", "buffer": picture}
        )
        expect(guest.chat.get_by_alt_text("cake.png")).to_be_visible()
        who = visitor_of(site)
        site.answer(
            who,
            "your invoice",
            files=[{"name": "invoice.pdf", "type": "application/pdf", "data": "JVBERi0xLjc="}],
        )
        with guest.page.expect_download() as downloading:
            guest.chat.get_by_role("button", name="invoice.pdf").click()
        assert downloading.value.suggested_filename == "invoice.pdf"
        assert downloading.value.path().read_bytes() == b"%PDF-1.7"

    @pytest.mark.parametrize(
        ("name", "data", "words"),
        [
            ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "Only pictures"),
            ("cake.png", b"<html><script>alert(1)</script>", "Only pictures"),
            ("large.png", b"\x89PNG\r\n\x1a\n" + b"x" * 5_000_000, "at most 5 MB"),
        ],
    )
    def test_what_may_not_be_sent_is_said(
        self, context: BrowserContext, shop: Shop, site: Site, name: str, data: bytes, words: str
    ) -> None:
        guest = Guest(context, shop)
        guest.open()
        guest.chat.locator("#file").set_input_files({"name": name, "mimeType": "image/png", "buffer": data})
        expect(guest.chat.get_by_role("alert")).to_contain_text(words)


class TestStrangers:
    def test_a_strangers_page_gets_no_frame(self, context: BrowserContext, site: Site) -> None:
        with Shop() as stranger:
            stranger.page(tag(site))
            guest = Guest(context, stranger)
            guest.bubble.click()
            with pytest.raises(AssertionError):
                expect(guest.words).to_be_visible(timeout=1500)
            assert any("frame-ancestors" in complaint for complaint in guest.complaints)

    def test_a_strangers_script_gets_no_connection(self, context: BrowserContext, site: Site) -> None:
        with Shop() as stranger:
            stranger.page("")
            guest = Guest(context, stranger)
            result = guest.page.evaluate(
                """async (url) => {
                    const socket = await new Promise((done) => {
                        const opened = new WebSocket(url.replace('http', 'ws') + '/socket');
                        opened.onopen = () => done('open');
                        opened.onclose = ({ code }) => done(code);
                    });
                    const ask = (path, options) => fetch(url + path, options).then((r) => r.status, () => 'refused');
                    return [socket, await ask('/poll', { method: 'POST', body: '{}' }), await ask('/files/x')];
                }""",
                site.url,
            )
            assert result == [1006, "refused", "refused"]

    def test_a_strangers_message_to_the_frame_is_not_heard(
        self, context: BrowserContext, shop: Shop, site: Site
    ) -> None:
        guest = Guest(context, shop)
        guest.open()
        guest.say("hello")
        expect(guest.lines.last).to_contain_text("Sent")
        with Shop() as stranger:
            stranger.page("")
            guest.page.evaluate(
                """async (url) => {
                    const other = document.createElement('iframe');
                    document.body.append(other);
                    await new Promise((done) => { other.onload = done; other.src = url; });
                }""",
                stranger.url,
            )
            inner = guest.page.frames[-1]
            inner.evaluate(
                """() => {
                    const chat = top.frames[0];
                    chat.postMessage({ t: 'start', token: 'x'.repeat(43), lang: 'en', color: '#000000', queue: [], data: {} }, '*');
                    top.postMessage({ t: 'renew' }, '*');
                }"""
            )
        guest.page.reload()
        guest.sees("hello")

    def test_hostile_words_stay_words(self, context: BrowserContext, shop: Shop, site: Site) -> None:
        hostile = '<img src=x onerror=alert(1)><script>alert(2)</script> javascript:alert(3) https://evil.example/"onmouseover=x'
        guest = Guest(context, shop)
        alerts: list[str] = []
        guest.page.on("dialog", lambda dialog: alerts.append(dialog.message))
        guest.open()
        guest.say(hostile)
        site.answer(visitor_of(site), hostile)
        guest.sees(hostile, hostile)
        expect(guest.chat.get_by_role("heading")).to_have_text("Corner <b>Bakery</b>")
        for wanted in ("#log img", "#log script", "h1 b", "[onmouseover]", "a[href^=javascript]"):
            assert guest.chat.locator(wanted).count() == 0
        assert {link.get_attribute("href") for link in guest.chat.locator(".line a").all()} == {
            "https://evil.example/"
        }
        assert {link.get_attribute("rel") for link in guest.chat.locator(".line a").all()} == {
            "noopener noreferrer nofollow"
        }
        assert (alerts, guest.complaints) == ([], [])

    def test_the_token_is_in_no_address(self, context: BrowserContext, shop: Shop, site: Site) -> None:
        asked: list[str] = []
        context.on("request", lambda request: asked.append(request.url))
        guest = Guest(context, shop)
        guest.page.on("websocket", lambda socket: asked.append(socket.url))
        guest.open()
        guest.say("hello")
        expect(guest.lines.last).to_contain_text("Sent")
        token = guest.page.evaluate("localStorage['agent-chat']")
        assert len(token) == 43
        assert asked
        assert not [url for url in asked if token in url]
        assert not [
            url for url in asked if not url.startswith((shop.url, site.url, site.url.replace("http", "ws")))
        ]


class TestThePage:
    def test_a_strict_policy_needs_two_additions(
        self, context: BrowserContext, shop: Shop, site: Site
    ) -> None:
        shop.pages["/favicon.ico"] = ""
        shop.headers["Content-Security-Policy"] = (
            f"default-src 'none'; img-src 'self'; style-src 'self'; script-src {site.url}; frame-src {site.url}"
        )
        guest = Guest(context, shop)
        guest.open()
        guest.say("hello")
        expect(guest.lines.last).to_contain_text("Sent")
        assert guest.complaints == []

    def test_nothing_but_the_loader_is_fetched_before_the_click(
        self, context: BrowserContext, shop: Shop, site: Site
    ) -> None:
        asked: list[str] = []
        context.on("request", lambda request: asked.append(request.url))
        guest = Guest(context, shop)
        expect(guest.bubble).to_be_visible()
        assert [url for url in asked if url.startswith(site.url)] == [f"{site.url}/widget.js"]

    @pytest.mark.parametrize(
        ("lang", "words"),
        [
            ("pt-PT", "A sua mensagem"),
            ("de", "Ihre Nachricht"),
            ("fr", "Votre message"),
            ("xx", "Your message"),
        ],
    )
    def test_it_speaks_the_pages_language(
        self, context: BrowserContext, shop: Shop, site: Site, lang: str, words: str
    ) -> None:
        shop.page(tag(site), lang=lang)
        guest = Guest(context, shop)
        guest.open()
        expect(guest.chat.get_by_role("textbox", name=words)).to_be_visible()

    def test_every_language_says_everything(self, context: BrowserContext, shop: Shop, site: Site) -> None:
        guest = Guest(context, shop)
        guest.open()
        texts: dict[str, dict[str, str]] = guest.page.frames[1].evaluate("self.TEXTS")
        assert len(texts) >= 8
        for words in texts.values():
            assert words.keys() == texts["en"].keys()
            assert all(words.values())
            assert [key for key in words if "{}" in words[key]] == [
                key for key in words if "{}" in texts["en"][key]
            ]


class TestWithoutEyesOrMouse:
    def test_the_keyboard_is_enough(self, context: BrowserContext, shop: Shop, site: Site) -> None:
        guest = Guest(context, shop)
        expect(guest.bubble).to_be_visible()
        guest.page.keyboard.press("Tab")
        expect(guest.bubble).to_be_focused()
        expect(guest.bubble).to_have_attribute("aria-expanded", "false")
        guest.page.keyboard.press("Enter")
        expect(guest.words).to_be_focused()
        expect(guest.bubble).to_have_attribute("aria-expanded", "true")
        guest.page.keyboard.type("by hand")
        guest.page.keyboard.press("Shift+Enter")
        guest.page.keyboard.type("two lines")
        guest.page.keyboard.press("Enter")
        guest.sees("by hand\ntwo lines")
        guest.page.keyboard.press("Escape")
        expect(guest.bubble).to_be_focused()
        expect(guest.words).to_be_hidden()

    @pytest.mark.parametrize("theme", ["light", "dark"])
    def test_axe_finds_nothing(self, context: BrowserContext, shop: Shop, site: Site, theme: str) -> None:
        axe = (files("axe_playwright_python") / "axe.min.js").read_text()
        shop.page(tag(site, theme=theme))
        guest = Guest(context, shop)
        guest.open()
        assert _violations(guest, axe) == []  # before the first word, with the form for a mail address
        guest.say("hello https://example.com")
        site.answer(
            visitor_of(site),
            "see https://example.com",
            files=[{"name": "a.txt", "type": "text/plain", "data": "aGk="}],
        )
        guest.sees("hello", "see")
        guest.chat.locator("#file").set_input_files(
            {"name": "a.svg", "mimeType": "image/svg+xml", "buffer": b"<svg/>"}
        )
        expect(guest.chat.get_by_role("alert")).to_contain_text("Only pictures")
        assert _violations(guest, axe) == []

    def test_new_lines_are_announced(self, context: BrowserContext, shop: Shop, site: Site) -> None:
        guest = Guest(context, shop)
        guest.open()
        log = guest.chat.get_by_role("log", name="Conversation")
        expect(log).to_have_attribute("aria-live", "polite")
        guest.say("hello")
        expect(log).to_contain_text("You: hello")


def _violations(guest: Guest, axe: str) -> list[str]:
    """What axe-core finds against WCAG 2.1 A and AA, on the page and in the frame."""
    found = []
    for frame in guest.page.frames:
        frame.evaluate(axe)
        tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
        result = frame.evaluate("(tags) => axe.run(document, { runOnly: tags, iframes: false })", tags)
        assert result["passes"]
        found += [f"{v['id']}: {json.dumps([n['html'] for n in v['nodes']])}" for v in result["violations"]]
    return found
