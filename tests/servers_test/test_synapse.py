"""Synapse serves people on loopback, and goes when it should: with its test, and with a test that was killed."""

import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.servers.gate import Bent, Gate, Lost, said_json
from tests.servers.process import wait_until
from tests.servers.synapse import LARGEST_FILE, NAME, Person, Synapse, available

pytestmark = pytest.mark.skipif(available() is not None, reason=f"needs {available()}")
ROOT = Path(__file__).parents[2]


def pair(server: Synapse) -> tuple[Person, Person, str]:
    """Two people, and a room they are both in."""
    one, other = server.person(), server.person()
    room = one.room(invite=[other.user_id])
    other.join(room)
    return one, other, room


def test_people_hear_each_other(synapse: Synapse) -> None:
    one, other, room = pair(synapse)
    said = one.say(room, "hello")
    assert [(event["event_id"], event["content"]["body"]) for event in other.heard(room)] == [(said, "hello")]
    assert other.members(room) == {one.user_id: "join", other.user_id: "join"}
    assert one.user_id.endswith(f":{NAME}")


def test_the_same_transaction_is_one_message(synapse: Synapse) -> None:
    one, other, room = pair(synapse)
    content = {"msgtype": "m.text", "body": "once"}
    assert one.send(room, content, key="k") == one.send(room, content, key="k")
    assert len(other.heard(room)) == 1


def test_another_device_knows_nothing_of_the_transactions_of_the_first(synapse: Synapse) -> None:
    one, other, room = pair(synapse)
    again = one.elsewhere()
    assert (again.user_id, again.token != one.token) == (one.user_id, True)
    content = {"msgtype": "m.text", "body": "twice"}
    assert one.send(room, content, key="k") != again.send(room, content, key="k")
    assert len(other.heard(room)) == 2


def test_files_go_and_come(synapse: Synapse) -> None:
    one, other, _ = pair(synapse)
    uri = one.upload(b"some bytes", "text/plain", "a.txt")
    assert other.download(uri) == b"some bytes"
    too_large = one.raw("POST", "/_matrix/media/v3/upload", content=b"x" * (LARGEST_FILE + 1))
    assert (too_large.status_code, too_large.json()["errcode"]) == (413, "M_TOO_LARGE")


def test_nothing_is_lost_by_a_restart() -> None:
    with Synapse() as server:
        one, other, room = pair(server)
        one.say(room, "before")
        first = server.pid
        server.restart()
        assert server.pid != first
        one.say(room, "after")
        assert [event["content"]["body"] for event in other.heard(room)] == ["before", "after"]
    assert not server.home.path.exists()


def test_limits_are_as_a_public_server_has_them() -> None:
    with Synapse(limits=True) as server:
        one = server.person()
        room = one.room()
        path = f"/rooms/{room}/send/m.room.message/"
        content = {"msgtype": "m.text", "body": "quick"}
        answers = [one.raw("PUT", f"{path}{n}", json=content) for n in range(20)]
        refused = [answer.json() for answer in answers if answer.status_code == 429]
        assert refused
        assert {said["errcode"] for said in refused} == {"M_LIMIT_EXCEEDED"}
        assert all(said["retry_after_ms"] > 0 for said in refused)


def test_it_ends_with_whoever_started_it() -> None:
    code = (
        "from tests.servers.synapse import Synapse\n"
        "s = Synapse(); s.start(); print(s.pid, s.home.path, flush=True); input()"
    )
    starter = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert starter.stdout is not None
    assert starter.stdin is not None
    with starter.stdin, starter.stdout as told:
        pid, home = told.readline().split()
        starter.kill()
        starter.wait(timeout=30)
    wait_until(lambda: not _runs(int(pid)), "Synapse to end")
    assert Path(home).name.startswith("synapse-")
    subprocess.run(["rm", "-r", home], check=True)


def _runs(pid: int) -> bool:
    """Whether there is such a process; one that has ended and that nobody asked about is none."""
    try:
        os.kill(pid, 0)
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (ProcessLookupError, FileNotFoundError):
        return False


def test_a_gate_lets_through_loses_and_bends(synapse: Synapse) -> None:
    one, other, room = pair(synapse)
    with Gate(synapse.url) as gate:
        through = Person(gate.url, one.user_id, one.token)
        through.say(room, "1")
        gate.next("PUT", "/send/", Lost(after=False))
        gate.next("PUT", "/send/", Lost())
        for text in ("2", "3"):
            with pytest.raises(httpx.HTTPError):
                through.say(room, text)
        gate.next("PUT", "/send/", said_json(429, {"errcode": "M_LIMIT_EXCEEDED"}))
        path = f"/rooms/{room}/send/m.room.message/4"
        assert through.raw("PUT", path, json={}).status_code == 429
        gate.next("GET", "/messages", Bent(lambda body: body.replace(b'"body":"3"', b'"body":"three"')))
        assert [event["content"]["body"] for event in through.heard(room)] == ["1", "three"]
        assert gate.seen[0].headers["authorization"] == f"Bearer {one.token}"
        gate.go_away()
        with pytest.raises(httpx.ConnectError):
            through.heard(room)
    assert len(other.heard(room)) == 2
