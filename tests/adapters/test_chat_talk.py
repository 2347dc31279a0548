"""What visitors and the terminal can rely on: nothing lost, nothing doubled, in order, whatever breaks in between."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from adapters._chat_config import Widget
from tests.servers import chat
from tests.servers.chat import Site


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with Site(tmp_path / "chat") as running:
        yield running


def poll(site: Site, token: str, *frames: object, after: int = 0, wait: float = 0) -> list[dict[str, Any]]:
    """One request of a browser without WebSockets."""
    hello = {"t": "hello", "token": token, "site": chat.WEBSITE, "after": after}
    asked = {"hello": hello, "frames": frames, "wait": wait, "fresh": not after}
    reply = httpx.post(
        f"{site.url}/poll", json=asked, headers={"Origin": site.url}, trust_env=False, timeout=30
    )
    reply.raise_for_status()
    frames_back: list[dict[str, Any]] = reply.json()
    return frames_back


class TestAVisitorWrites:
    def test_the_terminal_reads_it(self, site: Site) -> None:
        ana = site.visitor()
        assert ana.say("Is the bakery open?")["t"] == "ack"
        [event], cursor = site.events()
        assert (event["kind"], event["text"], event["site"]) == ("said", "Is the bakery open?", chat.SITE)
        assert site.events(cursor) == ([], cursor)

    def test_the_same_words_under_one_id_are_one_message(self, site: Site) -> None:
        ana = site.visitor()
        first = ana.say("once", "one")
        assert [ana.say("once", "one")["seq"] for _ in range(3)] == [first["seq"]] * 3
        again = site.visitor(token=ana.token)
        assert again.say("once", "one")["seq"] == first["seq"]
        assert [event["text"] for event in site.events()[0]] == ["once"]

    def test_two_visitors_may_use_the_same_id(self, site: Site) -> None:
        site.visitor().say("mine", "1")
        site.visitor().say("mine too", "1")
        events, _ = site.events()
        assert [event["text"] for event in events] == ["mine", "mine too"]
        assert len({event["visitor"] for event in events}) == 2

    def test_the_terminal_is_woken_while_it_waits(self, site: Site) -> None:
        ana = site.visitor()
        ana.wait("state", lambda state: not state["there"])
        waiting = site.waiting()
        ana.wait("state", lambda state: state["there"])
        ana.say("now")
        assert waiting.result()["events"][0]["text"] == "now"

    @pytest.mark.parametrize(
        ("text", "files", "why"), [("", [], "empty"), ("  \n ", [], "empty"), ("see", ["none-such"], "files")]
    )
    def test_what_cannot_be_kept_is_refused(self, site: Site, text: str, files: list[str], why: str) -> None:
        answered = site.visitor().say(text, files=files)
        assert (answered["t"], answered["why"]) == ("no", why)
        assert site.events()[0] == []

    def test_every_character_comes_through(self, site: Site) -> None:
        hostile = (
            "<script>alert(1)</script> \x1b]52;c;x\x07 \u202eevil\u0000 👩‍👩‍👧 [/] [@click=app.quit]x[/]"
        )
        ana = site.visitor()
        ana.say(hostile)
        ana.wait("entries")
        assert ana.texts() == [hostile]
        assert site.events()[0][0]["text"] == hostile


class TestTheAgentAnswers:
    def test_the_visitor_reads_it_at_once_and_after_coming_back(self, site: Site) -> None:
        ana = site.visitor()
        ana.say("hello")
        who = site.events()[0][0]["visitor"]
        assert site.answer(who, "good morning").status_code == 200
        ana.wait("entries", lambda frame: frame["entries"][-1]["text"] == "good morning")
        ana.close()
        site.answer(who, "are you still there?")
        back = site.visitor(token=ana.token)
        back.wait("entries")
        assert back.texts() == ["hello", "good morning", "are you still there?"]

    def test_only_what_is_missing_comes_after_a_break(self, site: Site) -> None:
        ana = site.visitor()
        last = ana.say("hello")["seq"]
        site.answer(site.events()[0][0]["visitor"], "missed")
        back = site.visitor(token=ana.token, after=last)
        back.wait("entries")
        assert back.texts() == ["missed"]

    def test_the_same_key_is_one_message(self, site: Site) -> None:
        ana = site.visitor()
        ana.say("hello")
        who = site.events()[0][0]["visitor"]
        replies = [site.answer(who, "good morning", "key").json() for _ in range(3)]
        assert len({reply["uid"] for reply in replies}) == 1
        assert site.answer(who, "another text", "key").status_code == 409
        back = site.visitor(token=ana.token)
        back.wait("entries")
        assert back.texts() == ["hello", "good morning"]

    def test_nobody_else_reads_it(self, site: Site) -> None:
        ana, bob = site.visitor(), site.visitor()
        ana.say("I am Ana")
        bob.say("I am Bob")
        who = {event["text"]: event["visitor"] for event in site.events()[0]}
        site.answer(who["I am Ana"], "for Ana")
        ana.wait("entries", lambda frame: frame["entries"][-1]["text"] == "for Ana")
        bob.send({"t": "ping"})
        bob.wait("pong")
        assert bob.texts() == ["I am Bob"]

    def test_to_somebody_unknown_it_is_refused(self, site: Site) -> None:
        assert site.answer("0123456789abcdef", "anybody?").status_code == 404
        site.visitor().say("hello")
        who = site.events()[0][0]["visitor"]
        assert site.answer(who, "other site", site="elsewhere.example").status_code == 404

    def test_a_second_window_shows_both_sides(self, site: Site) -> None:
        one = site.visitor()
        one.say("from the first window")
        two = site.visitor(token=one.token)
        two.wait("entries")
        one.say("and again")
        two.wait("entries", lambda frame: frame["entries"][-1]["text"] == "and again")
        assert two.texts() == ["from the first window", "and again"]

    def test_the_backlog_is_bounded_and_ends_with_the_newest(self, site: Site) -> None:
        ana = site.visitor()
        for number in range(130):
            ana.say(f"line {number}")
        back = site.visitor(token=ana.token)
        back.wait("entries")
        assert back.texts() == [f"line {number}" for number in range(30, 130)]
        longer = site.visitor(token=ana.token, after=1)
        while len(longer.texts()) < 129:
            longer.read()
        assert longer.texts() == [f"line {number}" for number in range(1, 130)]


class TestHowFarItCame:
    def test_the_visitor_sees_that_it_was_fetched_and_answered(self, site: Site) -> None:
        ana = site.visitor()
        seq = ana.say("hello")["seq"]
        ana.wait("state", lambda state: state["got"] == 0)
        [event], cursor = site.events()
        site.events(cursor)  # asking for what follows is the acknowledgement
        ana.wait("state", lambda state: state["got"] == seq and state["seen"] < seq)
        site.answer(event["visitor"], "yes?")
        ana.wait("state", lambda state: state["seen"] > seq)

    def test_the_terminal_hears_of_arrival_and_of_eyes_once(self, site: Site) -> None:
        ana = site.visitor()
        ana.say("hello")
        [event], cursor = site.events()
        site.answer(event["visitor"], "one", "k1")
        site.answer(event["visitor"], "two", "k2")
        line = ana.wait("entries", lambda frame: frame["entries"][-1]["text"] == "two")["entries"][-1]
        for seen in (False, False, True, True, False):
            ana.send({"t": "got", "upto": line["seq"], "seen": seen})
        ana.send({"t": "ping"})
        ana.wait("pong")
        events, _ = site.events(cursor)
        news = [(e["keys"], e["seen"]) for e in events if e["kind"] == "reached"]
        assert [key for keys, seen in news if not seen for key in keys] == ["k1", "k2"]
        assert [key for keys, seen in news if seen for key in keys] == ["k1", "k2"]

    def test_what_was_never_said_cannot_be_seen(self, site: Site) -> None:
        ana = site.visitor()
        ana.say("hello")
        [event], cursor = site.events()
        ana.send({"t": "got", "upto": 10**12, "seen": True})
        ana.send({"t": "ping"})
        ana.wait("pong")
        site.answer(event["visitor"], "one", "k1")
        assert site.agent.get("/agent/messages/k1").json()["reached"] == ""
        assert [e["kind"] for e in site.events(cursor)[0]] == ["answered"]


class TestTyping:
    def test_goes_both_ways_and_leaves_nothing(self, site: Site) -> None:
        ana = site.visitor()
        ana.say("hello")
        [event], cursor = site.events()
        waiting = site.waiting(cursor)
        ana.wait("state", lambda state: state["there"] and state["got"] > 0)
        ana.send({"t": "typing", "on": True})
        page = waiting.result()
        assert page["typing"] == [{"site": chat.SITE, "visitor": event["visitor"], "on": True}]
        assert (page["events"], page["cursor"]) == ([], cursor)
        said = {"site": chat.SITE, "visitor": event["visitor"], "on": True}
        assert site.agent.post("/agent/typing", json=said).status_code == 204
        assert ana.wait("typing")["on"] is True


class TestWithoutWebSockets:
    def test_everything_goes_by_polling(self, site: Site) -> None:
        token = chat.token()
        frames = poll(site, token, {"t": "say", "id": "1", "text": "by post"})
        assert [frame["t"] for frame in frames] == ["welcome", "ack", "entries", "state"]
        assert poll(site, token, {"t": "say", "id": "1", "text": "by post"})[1]["seq"] == frames[1]["seq"]
        [event], _ = site.events()
        site.answer(event["visitor"], "got it")
        lines = poll(site, token, after=frames[1]["seq"])[0]["entries"]
        assert [line["text"] for line in lines] == ["got it"]

    def test_a_waiting_poll_is_answered_at_once(self, site: Site) -> None:
        ana = site.visitor()
        seq = ana.say("hello")["seq"]
        who = site.events()[0][0]["visitor"]
        ana.close()
        with ThreadPoolExecutor(1) as browsers:
            asked = browsers.submit(poll, site, ana.token, after=seq, wait=20)
            site.answer(who, "here")
            frames = asked.result()
        assert [line["text"] for frame in frames if frame["t"] == "entries" for line in frame["entries"]] == [
            "here"
        ]


class TestTheServerEnds:
    def test_a_restart_loses_nothing_and_everybody_is_told(self, site: Site) -> None:
        ana = site.visitor()
        ana.say("before")
        _, cursor = site.events()
        site.stop()
        with pytest.raises(ConnectionClosed) as closed:
            ana.wait("never")
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1012  # service restart
        site.start()
        back = site.visitor(token=ana.token)
        back.wait("entries")
        back.say("after")
        assert [event["text"] for event in site.events(cursor)[0]] == ["after"]
        assert [event["text"] for event in site.events()[0]] == ["before", "after"]

    def test_it_stops_within_seconds_though_everybody_waits(self, site: Site, caplog: Any) -> None:
        ana = site.visitor()
        ana.wait("state")
        waiting = site.waiting()
        ana.wait("state", lambda state: state["there"])
        site.stop()
        assert waiting.result()["events"] == []
        assert not [record for record in caplog.records if record.levelname in {"ERROR", "CRITICAL"}]

    def test_nobody_there_is_said(self, site: Site) -> None:
        ana = site.visitor()
        assert ana.wait("state")["there"] is False
        site.events()
        ana.wait("state", lambda state: state["there"])

    def test_outside_the_opening_hours_nobody_is_there_whoever_asks(self, tmp_path: Path) -> None:
        days = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
        in_three_days = days[(datetime.now(UTC).weekday() + 3) % 7]
        widget = Widget(hours=(f"{in_three_days} 09:00-17:00",), zone="UTC", limits=chat.AMPLE)
        with Site(tmp_path / "closed", widget=widget) as closed:
            closed.events()
            assert closed.visitor().wait("state")["there"] is False
