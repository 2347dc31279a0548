"""What a visitor of the shop's website writes and reads, whatever becomes of the network."""

import re

import pytest
from playwright.sync_api import BrowserContext, expect

from adapters._chat_vouch import sign
from agent_tui.core.clock import SYSTEM
from tests.adapters.widget.guest import KEY, Guest, said, tag, visitor_of
from tests.servers.browser import Shop
from tests.servers.chat import Site


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
