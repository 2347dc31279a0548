"""The rules of the website's chat that need no server: how fast, what a file is, who is vouched for, when it is open."""

import tomllib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters import _chat_files as files
from adapters import _chat_hours as hours
from adapters import _chat_vouch as vouch
from adapters._chat_config import Limits, Widget, config, origin
from adapters._chat_limits import Buckets, Meter, Rule, network
from adapters._chat_vouch import Vouched, sign
from agent_tui.core.errors import ConfigError
from agent_tui.core.tables import convert

KEY = b"0123456789abcdef"
WEBSITE = "https://www.example.com"


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


class TestHowFast:
    def test_so_many_at_once_and_then_as_they_come_back(self) -> None:
        clock = Clock()
        buckets = Buckets(Rule(5, 10), clock)
        for _ in range(5):
            assert buckets.wait("a") == 0
            buckets.take("a")
        assert buckets.wait("a") == 2.0
        assert buckets.wait("b") == 0
        clock.now = 2.0
        assert buckets.wait("a") == 0

    @given(st.lists(st.floats(0, 5), min_size=1, max_size=200))
    def test_never_more_than_the_rule_in_any_time(self, pauses: list[float]) -> None:
        clock = Clock()
        buckets = Buckets(Rule(5, 10), clock)
        taken: list[float] = []
        for pause in pauses:
            clock.now += pause
            if buckets.wait("a") == 0:
                buckets.take("a")
                taken.append(clock.now)
        for start in taken:
            assert (
                len([t for t in taken if start <= t <= start + 10]) <= 11
            )  # those kept up, and those of 10 s

    def test_the_wait_that_is_told_is_enough(self) -> None:
        clock = Clock()
        meter = Meter(Limits(), clock)
        while not (wait := meter.message(b"token")):
            pass
        clock.now += wait
        assert meter.message(b"token") == 0

    def test_a_refused_message_costs_nothing(self) -> None:
        clock = Clock()
        meter = Meter(Limits(burst=1, messages=2), clock)
        assert meter.message(b"t") == 0
        for _ in range(100):
            assert meter.message(b"t") > 0
        clock.now += 10
        assert meter.message(b"t") == 0

    def test_memory_is_bounded(self) -> None:
        buckets = Buckets(Rule(1, 60), Clock(), most=100)
        for number in range(10_000):
            buckets.take(number)
        assert len(buckets._levels) == 100

    @pytest.mark.parametrize(
        ("address", "counted"),
        [
            ("192.0.2.1", "192.0.2.1"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("fe80::1%eth0", "fe80::/64"),
            ("unix", "unix"),
        ],
    )
    def test_what_counts_as_one_address(self, address: str, counted: str) -> None:
        assert network(address) == counted


class TestFiles:
    @pytest.mark.parametrize(
        ("data", "kind"),
        [
            (b"\x89PNG\r\n\x1a\n...", "image/png"),
            (b"\xff\xd8\xff\xe0...", "image/jpeg"),
            (b"GIF89a...", "image/gif"),
            (b"RIFF\x10\0\0\0WEBPVP8 ", "image/webp"),
            (b"\0\0\0\x18ftypheic\0\0", "image/heic"),
            (b"%PDF-1.7\n", "application/pdf"),
            ("Guten Tag, möchte bestellen\r\n\t2 Brote".encode(), "text/plain"),
            (b"\xef\xbb\xbfwith a mark", "text/plain"),
            (b"1 < 2 and 3 > 2", "text/plain"),
            (b"", None),
            (b" \n", None),
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>", None),
            (b"\xef\xbb\xbf <!DOCTYPE html><p>", None),
            (b"<?xml version='1.0'?><svg/>", None),
            (b"harmless\n\n<ScRipt>alert(1)</script>", None),
            (b"GIF87\0", None),
            (b"a\x7fb", None),
            ("a\x9b2Jb".encode(), None),
            (b"PK\x03\x04", None),
            (b"MZ\x90\0", None),
            (b"\x7fELF", None),
            (b"text with \0 in it", None),
            (b"\xff\xfe<\0s\0v\0g\0", None),
            (b"a\x1b[2Jb", None),
        ],
    )
    def test_a_file_is_what_its_bytes_say(self, data: bytes, kind: str | None) -> None:
        assert files.sniffed(data) == kind

    @pytest.mark.parametrize(
        ("name", "kind", "safe"),
        [
            ("cake.png", "image/png", "cake.png"),
            ("CAKE.PNG", "image/png", "CAKE.PNG"),
            ("cake.html", "image/png", "cake.html.png"),
            ("../../etc/passwd", "text/plain", "passwd.txt"),
            ("C:\\Windows\\a.pdf", "application/pdf", "a.pdf"),
            (".bashrc", "text/plain", "bashrc.txt"),
            ("", "image/png", "file.png"),
            ("...", files.OTHER, "file"),
            ("a\u202egpj.exe", "image/jpeg", "a_U+202E_gpj.exe.jpg"),
            ('a"b\r\nContent-Type: x', files.OTHER, "a_b Content-Type_ x"),
            ("x" * 300 + ".pdf", "application/pdf", "x" * 96 + ".pdf"),
        ],
    )
    def test_a_name_says_what_it_is_and_leads_nowhere(self, name: str, kind: str, safe: str) -> None:
        assert files.safe_name(name, kind) == safe

    @given(st.text(), st.sampled_from([*files.KINDS, files.OTHER]))
    def test_every_name_is_a_safe_one(self, name: str, kind: str) -> None:
        safe = files.safe_name(name, kind)
        assert safe
        assert safe.isprintable()
        assert not set(safe) & set('/\\<>:"|?*')
        assert not safe.startswith(".")
        assert len(safe) <= files.LONGEST_NAME + 5


class TestVouching:
    def vouched(self, **changed: object) -> Vouched:
        signature = sign(KEY, WEBSITE, "42", 2000, name="Ana", mail="ana@example.com")
        facts: dict[str, object] = {"user": "42", "until": 2000, "name": "Ana", "mail": "ana@example.com"}
        return Vouched(**({"signature": signature} | facts | changed))  # type: ignore[arg-type]

    def test_it_holds_until_its_time(self) -> None:
        assert vouch.holds(KEY, WEBSITE, self.vouched(), 1999.9)
        assert not vouch.holds(KEY, WEBSITE, self.vouched(), 2000)

    def test_one_for_a_lifetime_never_holds(self) -> None:
        until = 1000 + vouch.LONGEST + 1
        assert not vouch.holds(KEY, WEBSITE, Vouched("42", until, sign(KEY, WEBSITE, "42", until)), 1000)

    @pytest.mark.parametrize(
        "changed",
        [
            {"user": "43"},
            {"user": ""},
            {"name": "Eve"},
            {"mail": ""},
            {"until": 2001},
            {"signature": ""},
            {"signature": "0" * 64},
            {"signature": "é" * 64},
            {"name": "Ana\nana@example.com", "mail": ""},
        ],
    )
    def test_every_part_is_signed(self, changed: dict[str, object]) -> None:
        assert not vouch.holds(KEY, WEBSITE, self.vouched(**changed), 1000)

    def test_not_for_another_website_nor_without_a_key(self) -> None:
        assert not vouch.holds(KEY, "https://other.example", self.vouched(), 1000)
        assert not vouch.holds(b"", WEBSITE, self.vouched(), 1000)
        forged = self.vouched(signature=sign(b"", WEBSITE, "42", 2000, name="Ana", mail="ana@example.com"))
        assert not vouch.holds(b"", WEBSITE, forged, 1000)

    def test_what_is_signed_is_as_written_down(self) -> None:
        """The recipe of the docstring, by hand."""
        import hashlib
        import hmac

        text = "agent-tui vouch 1\nhttps://www.example.com\n42\nAna\nana@example.com\n2000"
        right = hmac.new(KEY, text.encode(), hashlib.sha256).hexdigest()
        assert self.vouched().signature == right

    def test_two_parts_cannot_pass_for_one(self) -> None:
        with pytest.raises(ValueError, match="line break"):
            sign(KEY, WEBSITE, "42\nAna", 2000)


class TestHours:
    @pytest.mark.parametrize(
        ("moment", "open_"),
        [
            ("2026-11-20T09:00:00+00:00", True),  # a Friday
            ("2026-11-20T17:59:59+00:00", True),
            ("2026-11-20T18:00:00+00:00", False),
            ("2026-11-21T10:00:00+00:00", True),
            ("2026-11-21T13:00:00+00:00", False),
            ("2026-11-22T10:00:00+00:00", False),
            ("2026-11-20T19:30:00+02:00", True),
        ],
    )
    def test_are_read_as_written(self, moment: str, open_: bool) -> None:
        found = hours.read(["Mon-Fri 09:00-18:00", "sat 09:00-13:00"], "Europe/Lisbon")
        assert found.open(datetime.fromisoformat(moment)) is open_

    def test_may_go_past_midnight_and_past_sunday(self) -> None:
        bar = hours.read(["Fri-Mon 20:00-02:00"], "UTC")
        for moment, open_ in (("2026-11-22T01:59+00:00", True), ("2026-11-24T01:00+00:00", True)):
            assert bar.open(datetime.fromisoformat(moment)) is open_
        for moment in ("2026-11-20T01:00+00:00", "2026-11-22T02:00+00:00", "2026-11-24T20:00+00:00"):
            assert not bar.open(datetime.fromisoformat(moment))

    def test_none_means_always(self) -> None:
        assert hours.read([], "").open(datetime.fromisoformat("2026-11-22T03:00+00:00"))

    @pytest.mark.parametrize("line", ["", "always", "Mon", "Mon 9-18", "Mon 25:00-26:00", "Xyz 09:00-18:00"])
    def test_a_mistake_is_named(self, line: str) -> None:
        with pytest.raises(ConfigError, match="no opening hours"):
            hours.read([line], "")


class TestTheOwnersFile:
    def test_everything_it_may_say(self, tmp_path: Path) -> None:
        text = """
            public_url = "https://chat.example.com"
            proxies = ["127.0.0.1"]
            title = "Corner Bakery"
            hours = ["Mon-Fri 09:00-18:00"]
            zone = "Europe/Lisbon"
            file_size = 1000000
            keep_days = 30
            limits = { messages = 20 }
            [texts.pt]
            greeting = "Bom dia!"
        """
        widget = convert(Widget, tomllib.loads(text))
        made = config(widget, folder=tmp_path, origins=["https://www.example.com/", WEBSITE], agent=b"")
        assert made.origins == (WEBSITE,)
        assert made.public == ("https://chat.example.com",)
        assert (made.limits.messages, made.limits.burst) == (20, 5)
        assert made.texts["pt"].greeting == "Bom dia!"

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "example.com",
            "ftp://a.example",
            "https://",
            "https://a b",
            "https://*.a.example",
            "https://a;b",
            "https://-a.example",
            "https://a.example:x",
        ],
    )
    def test_what_is_no_website_is_refused(self, text: str) -> None:
        with pytest.raises(ConfigError, match="not the address of a website"):
            origin(text)

    def test_a_short_signing_key_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError, match="shorter than"):
            config(Widget(), folder=tmp_path, origins=[WEBSITE], agent=b"", signing_key=b"secret")
