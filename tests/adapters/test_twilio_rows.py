"""What comes in: pictures, single words that mean something, and rows no provider should send."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters._http import Web, retry_after
from adapters._twilio_api import Api
from adapters._twilio_reach import MOST_SEEN, Reach, load
from adapters._twilio_settings import Settings
from adapters._twilio_words import OPTED_IN, OPTED_OUT, reason
from agent_tui.core.channel import Received, Unreadable
from agent_tui.core.errors import ConfigError, NeedsPerson, Unavailable
from agent_tui.core.model import Medium
from agent_tui.core.secrets import Secret
from agent_tui.core.tables import convert
from tests.adapters.texting import ANA, Phone, closing
from tests.clocks import START
from tests.contracts.channel import read_all
from tests.servers.twilio import ACCOUNT, NUMBER, TOKEN, Twilio

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
SERVICE = "MG" + "5" * 32


@pytest.fixture
def server() -> Iterator[Twilio]:
    with Twilio() as running:
        yield running


async def only(phone: Phone, **more: Any) -> Received:
    async with closing(phone.channel(**more)) as channel:
        [event], _ = await read_all(channel)
    assert isinstance(event, Received)
    return event


class TestPictures:
    async def test_they_come_along_and_the_credentials_stay(self, server: Twilio, tmp_path: Path) -> None:
        server.deliver(ANA, "look", media=[("image/png", PNG), ("application/pdf", b"%PDF-1.7")])
        event = await only(Phone(server, tmp_path))
        assert [(file.name, file.media_type, file.data) for file in event.files] == [
            ("picture-1.png", "image/png", PNG),
            ("file-2.pdf", "application/pdf", b"%PDF-1.7"),
        ]
        signed = [brought for path, brought in server.authorized if path.startswith("/signed/")]
        assert signed == ["", ""]

    @pytest.mark.parametrize(
        "where", ["https://files.example.com/x", "http://192.0.2.1/x", "", "//[", "ftp://a/b"]
    )
    async def test_a_redirect_to_elsewhere_is_not_followed(
        self, server: Twilio, tmp_path: Path, where: str
    ) -> None:
        server.deliver(ANA, "look", media=[("image/png", PNG)])
        server.elsewhere = where or f"{server.url}/round"
        event = await only(Phone(server, tmp_path))
        assert event.files == ()
        assert event.notices == ("a file of it could not be fetched",)

    @pytest.mark.parametrize(
        ("url", "safe"),
        [
            ("https://mms.twiliocdn.com/x?Signature=y", True),
            ("https://s3-external-1.amazonaws.com/media/x", True),
            ("http://mms.twiliocdn.com/x", False),
            ("https://127.0.0.1/x", False),
            ("https://169.254.169.254/latest", False),
            ("https://[::1]/x", False),
            ("https://localhost/x", False),
            ("https://a@mms.twiliocdn.com/x", False),
            ("file:///etc/passwd", False),
        ],
    )
    def test_where_a_redirect_may_lead(self, url: str, safe: bool) -> None:
        assert Api(ACCOUNT, TOKEN, "https://api.twilio.com")._safe(url) is safe

    async def test_one_that_fails_now_holds_back_its_message_alone(
        self, server: Twilio, tmp_path: Path
    ) -> None:
        server.deliver(ANA, "look", media=[("image/png", PNG)])
        server.deliver(ANA, "and this")
        server.media_faults = 2
        async with closing(Phone(server, tmp_path).channel()) as channel:
            events, _ = await read_all(channel)
        said = [(event.text, len(event.files)) for event in events if isinstance(event, Received)]
        assert said == [("and this", 0), ("look", 1)]

    async def test_one_that_always_fails_does_not_hold_it_for_ever(
        self, server: Twilio, tmp_path: Path
    ) -> None:
        server.deliver(ANA, "look", media=[("image/png", PNG)])
        server.media_faults = 1000
        event = await only(Phone(server, tmp_path))
        assert (event.files, event.notices) == ((), ("a file of it could not be fetched",))

    async def test_an_answer_is_read_up_to_its_limit(self, server: Twilio) -> None:
        web = Web(server.url, largest=10)
        with pytest.raises(Unavailable, match="too large"):
            await web.ask("GET", server.url)
        await web.aclose()


class TestWords:
    @pytest.mark.parametrize(
        ("text", "notices", "consent"),
        [
            ("STOP", (OPTED_OUT,), False),
            (" stop. ", (OPTED_OUT,), False),
            ("Unsubscribe", (OPTED_OUT,), False),
            ("START", (OPTED_IN,), True),
            ("stop calling me", (), None),
            ("yes", (), None),
        ],
    )
    async def test_a_word_alone_opts_out(
        self, server: Twilio, tmp_path: Path, text: str, notices: tuple[str, ...], consent: bool | None
    ) -> None:
        server.deliver(ANA, text)
        found = await only(Phone(server, tmp_path))
        assert (found.notices, found.consent) == (notices, consent)

    def test_reasons_are_hints_and_else_the_providers_words(self) -> None:
        assert reason(30007, "Carrier violation") == (
            "the network filtered it as unwanted: do not send the same words again (30007)"
        )
        assert reason(29999, "Something \x1b[2Jnew") == "Something new (29999)"
        assert reason({"a": 1}, None) == "the provider gave no reason"

    def test_how_long_to_wait(self) -> None:
        assert retry_after({"retry-after": "7"}) == 7
        assert retry_after({"Retry-After": "99999999999"}) == 3600
        assert retry_after({"retry-after": "Sat, 21 Nov 2026 14:00:30 GMT"}, START) == 30
        assert retry_after({"retry-after": "soon"}) is None
        assert retry_after({}) is None


class TestHostileRows:
    async def test_each_is_named_once_and_the_others_come(self, server: Twilio, tmp_path: Path) -> None:
        good = server.deliver(ANA, "hello").row()
        strange: list[Any] = [
            None,
            [],
            "row",
            7,
            {**good, "sid": "SM" + "7" * 32, "date_created": "the day after"},
            {**good, "sid": "SM" + "8" * 32, "body": ["a"]},
            {**good, "sid": "../../x"},
            {**good, "sid": "SM" + "9" * 32, "from": None},
            {**good, "sid": "SM" + "5" * 32, "to": 5},
        ]
        server.strange = strange
        phone = Phone(server, tmp_path)
        async with closing(phone.channel()) as channel:
            events, cursor = await read_all(channel)
            assert (await read_all(channel, cursor))[0] == []
        assert [event.text for event in events if isinstance(event, Received)] == ["hello"]
        stubs = [event for event in events if isinstance(event, Unreadable)]
        assert len(stubs) == len(strange)
        assert len({stub.external_id for stub in stubs}) == len(strange)

    async def test_odd_fields_of_a_row_do_no_harm(self, server: Twilio, tmp_path: Path) -> None:
        good = server.deliver(ANA, "hello").row()
        odd: dict[str, object] = {
            "num_media": "many",
            "error_code": {},
            "price": [],
            "subresource_uris": None,
            "status": "new",
        }
        server.strange = [{**good, **odd, "sid": "SM" + "6" * 32, "body": "odd \ud800"}, {}]
        async with closing(Phone(server, tmp_path).channel()) as channel:
            events, _ = await read_all(channel)
        assert [event.text for event in events if isinstance(event, Received)] == ["hello", "odd "]

    async def test_nothing_a_terminal_obeys_comes_in(self, server: Twilio, tmp_path: Path) -> None:
        server.deliver(ANA, "\x1b]52;c;ZXZpbA==\x07pay \u202egpj.exe")
        event = await only(Phone(server, tmp_path))
        assert event.text == "pay <U+202E>gpj.exe"
        assert event.raw is not None
        assert b"]52;c" in event.raw

    async def test_a_bank_and_a_short_code_are_people_too(self, server: Twilio, tmp_path: Path) -> None:
        server.deliver("BANK", "code 1234")
        assert (await only(Phone(server, tmp_path))).sender.value == "BANK"

    async def test_deep_json_is_no_end(self, server: Twilio, tmp_path: Path) -> None:
        deep: Any = []
        for _ in range(900):
            deep = [deep]
        server.strange = [deep]
        async with closing(Phone(server, tmp_path).channel()) as channel:
            events, _ = await read_all(channel)
        assert [type(event) for event in events] == [Unreadable]


GOOD: dict[str, object] = {
    "account_sid": ACCOUNT,
    "auth_token": {"env": "TWILIO_TOKEN"},
    "number": "+351210000000",
}


class TestSettings:
    def test_as_the_contract_writes_it(self) -> None:
        settings = convert(Settings, GOOD)
        assert (settings.base_url, settings.poll_seconds) == ("https://api.twilio.com", 10)
        assert not settings.whatsapp

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"account_sid": "SK1"}, "account_sid"),
            ({"number": "0912"[:2]}, "number"),
            ({"number": "912 345 678 901"}, "number"),
            ({"messaging_service_sid": SERVICE}, "exactly one"),
            ({"number": ""}, "exactly one"),
            ({"number": "", "messaging_service_sid": "MG1"}, "messaging_service_sid"),
            ({"base_url": "http://api.example.com"}, "not safe"),
            ({"base_url": "https://user@api.example.com"}, "more than an address"),
            ({"webhook": True}, "public_url"),
            ({"webhook": True, "public_url": "http://sms.example.com"}, "public_url"),
            ({"webhook": True, "public_url": "https://sms.example.com", "listen": "8421"}, "listen"),
            ({"public_url": "https://sms.example.com"}, "belongs to webhook"),
            ({"poll_seconds": 0}, "poll_seconds"),
            ({"since_days": -1}, "since_days"),
            ({"auth_token": "plain"}, "plain text"),
        ],
    )
    def test_what_may_not_be_written(self, change: dict[str, object], words: str) -> None:
        with pytest.raises(ConfigError, match=words):
            convert(Settings, GOOD | change)

    async def test_a_token_that_is_not_there_needs_a_person(self, server: Twilio, tmp_path: Path) -> None:
        channel = Phone(server, tmp_path).channel(token="")
        with pytest.raises(NeedsPerson):
            await channel.check()
        await channel.aclose()

    async def test_whatsapp_is_chat_with_the_same_phone(self, server: Twilio, tmp_path: Path) -> None:
        phone = Phone(server, tmp_path, whatsapp=True)
        phone.deliver("hello")
        event = await only(phone)
        channel = phone.channel()
        assert event.sender == phone.customer
        assert (channel.medium, channel.can.start) == (Medium.CHAT, False)
        assert (phone.channel(number=NUMBER).medium, channel.address) == (Medium.SMS, event.recipients[0])

    def test_the_token_stands_nowhere(self, tmp_path: Path) -> None:
        settings = Settings(account_sid=ACCOUNT, auth_token=Secret({"env": "X"}), number=NUMBER)
        assert "****" in repr(settings)


@pytest.mark.parametrize(
    "body",
    [
        b"null",
        b"[]",
        b"{}",
        b'{"messages": 5}',
        b'{"messages": null, "page": 0}',
        b'{"messages": [], "next_page_uri": 5}',
        b'{"messages": [], "meta": 1}',
        b"[" * 100_000,
        b"\xff\xfe",
    ],
)
async def test_a_page_that_is_none_is_asked_for_again_later(
    server: Twilio, tmp_path: Path, body: bytes
) -> None:
    server.page_body = body
    async with closing(Phone(server, tmp_path).channel()) as channel:
        with pytest.raises(Unavailable):
            await read_all(channel)


class TestReach:
    def test_a_cursor_that_cannot_be_read_begins_anew(self) -> None:
        for cursor in ("", "7", "[]", "{", '{"v":1}', '{"v":1,"upto":"x","seen":{}}', '{"v":2}'):
            assert load(cursor) == Reach()

    def test_it_stays_short(self) -> None:
        reach = Reach().after({f"SM{n:032x}": START for n in range(5000)}, START, START)
        assert len(reach.seen) == 5000
        assert len(load(reach.cursor()).seen) == MOST_SEEN
        assert len(reach.cursor()) < 40_000
