"""Strangers, hostile words, the shop's own policy and language; the keyboard and the screen reader."""

import json
from importlib.resources import files
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.adapters.widget.guest import Guest, said, tag, visitor_of
from tests.servers.browser import Shop, watch
from tests.servers.chat import Site
from tests.servers.process import free_ports


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
    def test_an_owner_may_try_it_on_its_own_page(self, context: BrowserContext, tmp_path: Path) -> None:
        [port] = free_ports(1)
        own = f"http://127.0.0.1:{port}"
        with Site(tmp_path / "own", origins=[own], port=port) as site:
            page = context.new_page()
            complaints = watch(page)
            page.goto(own)
            page.get_by_role("button", name="Chat").click()
            words = page.frame_locator("iframe").locator("#text")
            words.fill("hello, me")
            words.press("Enter")
            expect(page.frame_locator("iframe").locator(".line")).to_contain_text("Sent")
            assert said(site) == ["hello, me"]
            own_page = (
                "allow-scripts and allow-same-origin"  # what the frame may do is only less on another site
            )
            assert [text for text in complaints if own_page not in text] == []

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
