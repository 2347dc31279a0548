"""Matrix through the whole program: from the command line to a customer and back; much at once, and a server that goes."""

import asyncio
import random
from collections.abc import Iterator, Sequence
from contextlib import aclosing
from pathlib import Path

import pytest

from agent_tui.core.channel import Received
from agent_tui.core.errors import Unavailable
from tests.adapters.matrix_shop import Shop, closing
from tests.cli.running import Said, spawn
from tests.servers.gate import Gate, Lost
from tests.servers.synapse import Person, Synapse, available

CONFIG = """\
agent = "Rui"
business = "Corner Bakery"
undo_seconds = {{ chat = 0 }}

[channels.rooms]
kind = "matrix"
homeserver = "{url}"
user_id = "{user}"
token = {{ env = "MATRIX_TOKEN" }}
"""


@pytest.fixture
def shop(synapse: Synapse, tmp_path: Path) -> Iterator[Shop]:
    with Gate(synapse.url) as gate:
        yield Shop(synapse, gate, tmp_path)


class Home:
    """The shop's program, one command at a time."""

    def __init__(self, shop: Shop, root: Path) -> None:
        self._root = root
        self._token = shop.us.token
        root.mkdir()
        text = CONFIG.format(url=shop.gate.url, user=shop.us.user_id)
        (root / "config.toml").write_text(text, encoding="utf-8")

    def run(self, *arguments: str, token: str = "") -> Said:
        return spawn(self._root, *arguments, "--json", env={"MATRIX_TOKEN": token or self._token})

    def sync(self) -> dict[str, object]:
        found = self.run("sync", "--once").json["channels"]["rooms"]
        assert found["error"] is None
        return dict(found)


@pytest.fixture
def home(shop: Shop, tmp_path: Path) -> Home:
    return Home(shop, tmp_path / "home")


class TestCommands:
    def test_a_question_and_its_answer(self, shop: Shop, home: Home) -> None:
        shop.deliver("Do you bake on Sundays?")
        uri = shop.ana.upload(b"\x89PNG", "image/png")
        info = {"mimetype": "image/png", "size": 4}
        shop.ana.send(shop.room, {"msgtype": "m.image", "body": "fox.png", "url": uri, "info": info})
        assert home.run("check").json[0]["ok"]
        assert home.sync()["received"] == 2
        reply = home.run("reply", str(shop.customer), "--text", "We do.", "--now")
        assert (reply.code, reply.json["channel"]) == (0, "rooms")
        assert home.sync()["sent"] == 1
        shop.ana.read(shop.room, shop.ana.heard(shop.room)[-1]["event_id"])
        home.sync()
        assert shop.accepted() == ["We do."]
        shown = home.run("show", "Ana Sousa").json
        assert [(e["medium"], e["direction"], e["text"], e["delivery"]) for e in shown["entries"]] == [
            ("chat", "in", "Do you bake on Sundays?", None),
            ("chat", "in", "", None),
            ("chat", "out", "We do.", "read"),
        ]
        assert [(a["name"], a["media_type"]) for a in shown["entries"][1]["attachments"]] == [
            ("fox.png", "image/png")
        ]
        [identity] = shown["customer"]["identities"]
        assert (identity["scheme"], identity["value"]) == ("matrix", shop.ana.user_id)

    def test_a_lost_answer_is_settled_without_saying_it_twice(self, shop: Shop, home: Home) -> None:
        shop.deliver("hello")
        home.sync()
        shop.gate.next("PUT", "/send/", Lost())
        home.run("reply", "Ana Sousa", "--text", "Hi!", "--now")
        home.sync()
        while home.run("show", "Ana Sousa").json["entries"][-1]["delivery"] != "sent":
            home.sync()
        assert shop.accepted() == ["Hi!"]

    def test_a_token_that_is_none_is_named_and_never_shown(self, home: Home) -> None:
        wrong = home.run("check", token="syt_wrongwrongwrong")
        assert wrong.code == 1
        assert "does not take our token" in wrong.json[0]["problem"]
        assert "wrongwrong" not in wrong.out + wrong.err

    def test_a_gap_between_two_syncs(self, shop: Shop, home: Home) -> None:
        shop.deliver("first")
        home.sync()
        for number in range(40):
            shop.deliver(f"word {number}")
        found = home.sync()
        assert (found["received"], found["duplicates"]) == (40, 0)
        entries = home.run("show", "Ana Sousa", "--limit", "100").json["entries"]
        assert [entry["text"] for entry in entries] == ["first", *(f"word {n}" for n in range(40))]


class Reader:
    """Reads as the program does: what was kept and its cursor stand together, and it goes on after every failure."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self.kept: list[str] = []
        self.failures = 0
        self._cursor: str | None = None

    async def read(self, until: int) -> None:
        """Until so many were kept, and there is no more."""
        async with closing(self._shop.channel()) as channel:
            while len(self.kept) < until:
                try:
                    async with aclosing(channel.receive(self._cursor)) as batches:
                        async for batch in batches:
                            self.kept += [e.text for e in batch.events if isinstance(e, Received)]
                            self._cursor = batch.cursor
                            if batch.caught_up and len(self.kept) >= until:
                                return
                except Unavailable:
                    self.failures += 1
                    await asyncio.sleep(0.2)


def burst(people: Sequence[Person], room: str, words: Sequence[str]) -> None:
    for number, word in enumerate(words):
        people[number % len(people)].say(room, word)


@pytest.mark.skipif(available() is not None, reason=f"needs {available()}")
async def test_two_hundred_in_bursts_a_gap_and_a_restart(tmp_path: Path) -> None:
    """None is missed, none comes twice."""
    words = [f"word {number}" for number in range(240)]
    with Synapse() as server, Gate(server.url) as gate:
        shop = Shop(server, gate, tmp_path)
        bea = server.person()
        shop.ana.ask("POST", f"/rooms/{shop.room}/invite", {"user_id": bea.user_id})
        bea.join(shop.room)
        people, reader, chance = (shop.ana, bea), Reader(shop), random.Random(7)
        place = 0
        async with asyncio.timeout(300):
            while place < 100:  # bursts, while it reads
                size = chance.randint(5, 30)
                async with asyncio.TaskGroup() as group:
                    group.create_task(
                        asyncio.to_thread(burst, people, shop.room, words[place : place + size])
                    )
                    group.create_task(reader.read(place + len(words[place : place + size])))
                place += size
            await asyncio.to_thread(burst, people, shop.room, words[place : place + 40])  # nobody reads
            place += 40
            await reader.read(place)
            async with asyncio.TaskGroup() as group:  # the server goes and returns, while it reads
                reading = group.create_task(reader.read(len(words)))
                await asyncio.to_thread(burst, people, shop.room, words[place : place + 20])
                await asyncio.to_thread(server.restart)
                await asyncio.to_thread(burst, people, shop.room, words[place + 20 :])
                await reading
        assert reader.failures > 0
        assert reader.kept == words
