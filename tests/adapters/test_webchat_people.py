"""Who a visitor of the website is said to be: by themselves, which is a claim, and by the website's login."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters._chat_vouch import sign
from agent_tui.core.addresses import email
from agent_tui.core.channel import Received
from agent_tui.core.clock import SYSTEM
from tests.adapters.chat_desk import KEY, Ana, at_desk, closing
from tests.contracts.channel import read_all
from tests.servers import chat


@pytest.fixture
def ana(tmp_path: Path) -> Iterator[Ana]:
    with at_desk(tmp_path) as found:
        yield found


class TestWhoTheySayToBe:
    async def said(self, ana: Ana, **more: object) -> Received:
        """The message of a new visitor who introduces herself."""
        visitor = ana.site.visitor(hello=more.pop("hello", None))
        if more:
            visitor.send({"t": "who", **more})
        visitor.say("hello")
        async with closing(ana.channel()) as channel:
            events, _ = await read_all(channel, ana.cursor)
        [event] = events
        assert isinstance(event, Received)
        return event

    async def test_a_claim_is_words_and_never_an_identity(self, ana: Ana) -> None:
        event = await self.said(ana, name="Ana\x1b[2J Sousa", mail="Ana@Example.com")
        assert event.sender_name == "Ana Sousa"
        assert event.notices == ("says the name is Ana Sousa", "says the mail address is ana@example.com")
        assert (event.sender.scheme, event.reply_to) == ("web", ())
        [claim] = event.claims
        assert (claim.address, claim.vouched) == (email("ana@example.com"), False)

    async def test_it_is_said_once(self, ana: Ana) -> None:
        visitor = ana.site.visitor()
        visitor.send({"t": "who", "name": "Ana"})
        visitor.say("one")
        visitor.say("two")
        visitor.send({"t": "who", "name": "Anna"})
        visitor.say("three")
        async with closing(ana.channel()) as channel:
            events, _ = await read_all(channel, ana.cursor)
        notices = [event.notices for event in events if isinstance(event, Received)]
        assert notices == [("says the name is Ana",), (), ("says the name is Anna",)]

    def vouched(self, *, key: bytes = KEY, until: float = 600, **changed: str) -> dict[str, object]:
        moment = int(SYSTEM.now().timestamp() + until)
        signature = sign(key, chat.WEBSITE, "42", moment, name="Ana Sousa", mail="ana@example.com")
        said = {
            "user": "42",
            "name": "Ana Sousa",
            "mail": "ana@example.com",
            "until": moment,
            "signature": signature,
        }
        return {"vouched": said | changed}

    async def test_the_website_vouches(self, ana: Ana) -> None:
        event = await self.said(ana, hello=self.vouched())
        assert event.sender_name == "Ana Sousa"
        assert event.notices == ("the website vouches: customer 42 (Ana Sousa, ana@example.com)",)
        login, mail = event.claims
        assert (login.address.scheme, login.address.value.rpartition("/")[2]) == ("login", "42")
        assert mail.address == email("ana@example.com")
        assert login.vouched
        assert mail.vouched

    @pytest.mark.parametrize(
        "how",
        [
            {"key": b"another key 1234"},
            {"until": -1},
            {"until": 10**8},
            {"user": "43"},
            {"mail": "eve@example.com"},
        ],
    )
    async def test_a_forged_or_stale_signature_is_nothing(self, ana: Ana, how: dict[str, object]) -> None:
        event = await self.said(ana, hello=self.vouched(**how))  # type: ignore[arg-type]
        assert (event.notices, event.sender_name, event.claims) == ((), "", ())

    async def test_what_a_vouched_customer_types_is_still_a_claim(self, ana: Ana) -> None:
        event = await self.said(ana, hello=self.vouched(), mail="boss@example.com")
        assert event.notices[1:] == ("says the mail address is boss@example.com",)

    async def test_a_login_is_one_customer_on_every_device_and_nobody_elses(self, ana: Ana) -> None:
        phone = ana.site.visitor(hello=self.vouched())
        phone.say("from the phone")
        laptop = ana.site.visitor(hello=self.vouched())
        laptop.wait("entries")
        assert laptop.texts() == ["from the phone"]
        signed_out = ana.site.visitor(token=phone.token)
        assert signed_out.wait("bye")["why"] == "stranger"
        assert signed_out.texts() == []

    async def test_what_was_said_before_signing_in_goes_along(self, ana: Ana) -> None:
        visitor = ana.site.visitor()
        visitor.say("before")
        signed_in = ana.site.visitor(token=visitor.token, hello=self.vouched())
        signed_in.wait("entries")
        assert signed_in.texts() == ["before"]

    async def test_leaving_a_mail_address_is_a_message(self, ana: Ana) -> None:
        ana.visitor.send({"t": "leave", "id": "1", "mail": "Ana@Example.com", "name": "Ana"})
        ana.visitor.wait("ack", lambda frame: frame["id"] == "1")
        async with closing(ana.channel()) as channel:
            [event], _ = await read_all(channel, ana.cursor)
        assert isinstance(event, Received)
        assert event.text == "Please answer by mail to ana@example.com."
        assert event.notices == ("says the mail address is ana@example.com",)
        assert event.reply_to == (email("ana@example.com"),)
        assert [claim.address for claim in event.claims] == [email("ana@example.com")]

    @pytest.mark.parametrize("frame", [{"mail": "nonsense"}, {"mail": "a@b.example\nBcc: x@y.example"}])
    async def test_what_is_no_mail_address_is_refused(self, ana: Ana, frame: dict[str, str]) -> None:
        ana.visitor.send({"t": "leave", "id": "1", **frame})
        assert ana.visitor.wait("no")["why"] == "mail"

    async def test_who_fills_in_what_nobody_sees_is_nobody(self, ana: Ana) -> None:
        ana.visitor.send({"t": "leave", "id": "1", "mail": "bot@example.com", "trap": "http://spam.example"})
        ana.visitor.wait("ack", lambda frame: frame["id"] == "1")
        assert ana.site.events(ana.cursor)[0] == []
