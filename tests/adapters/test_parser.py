"""The helper process: right answers, mails that stall or crash it, and nothing left behind."""

import gc
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from adapters import _parser
from adapters._mime import Mail, parse
from adapters._parser import Parser
from agent_tui.core.channel import Event, Received, Unreadable
from agent_tui.core.errors import Unavailable
from tests.adapters.mails import ACCOUNT, NOW, from_ana, multipart, wire
from tests.servers.corpus import Corpus

# A hundred texts in HTML, each of them below every bound: seconds of honest work.
STALLING = multipart(
    "mixed", *["Content-Type: text/html\n\n" + "<hr>" * 20_000] * 100, head="Subject: all of it"
)


def mail(text: str | bytes) -> Mail:
    return Mail(raw=wire(text), received_at=NOW)


def ana(number: int) -> Mail:
    return mail(from_ana(f"Subject: number {number}"))


def subjects(events: list[Event]) -> list[str]:
    return [event.subject if isinstance(event, Received) else type(event).__name__ for event in events]


def children() -> set[int]:
    """Processes whose parent we are, and that have not been waited for."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it has just ended
            continue
        if int(fields[1]) == os.getpid():
            found.add(int(stat.parent.name))
    return found


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    before = children()
    yield
    gc.collect()
    assert children() <= before


def test_the_same_events_as_in_this_process() -> None:
    mails = [
        Mail(raw=m.raw, received_at=m.date, sent=m.folder == "Sent", seen=m.seen) for m in Corpus(messages=60)
    ]
    mails.append(mail("no sender\n\nx"))
    mails.append(mail(multipart("mixed", "Content-Type: text/plain\n\nx", "Content-Type: image/png\n\nPNG")))
    with Parser(ACCOUNT) as parser:
        assert parser.parse_many(mails) == [parse(m, ACCOUNT) for m in mails]


def test_nothing_starts_before_it_is_needed() -> None:
    before = children()
    with Parser(ACCOUNT) as parser:
        assert parser.parse_many([]) == []
        assert children() == before


def test_one_helper_serves_many_batches() -> None:
    with Parser(ACCOUNT) as parser:
        parser.parse_many([ana(0)])
        helper = parser._helper
        for number in range(5):
            assert subjects(parser.parse_many([ana(number)])) == [f"number {number}"]
        assert parser._helper is helper


def test_a_mail_that_stalls_is_set_aside_and_the_rest_go_on() -> None:
    with Parser(ACCOUNT, seconds=0.5) as parser:
        events = parser.parse_many([ana(1), mail(STALLING), ana(2), mail(STALLING), ana(3)])
    assert subjects(events) == ["number 1", "Unreadable", "number 2", "Unreadable", "number 3"]
    stalled = events[1]
    assert isinstance(stalled, Unreadable)
    assert stalled.reason == "it took too long"
    assert stalled.raw == wire(STALLING)
    assert stalled.at == NOW


def test_large_mails_travel_in_both_directions_at_once() -> None:
    attachment = "Content-Type: application/pdf\n\n" + "x" * 3_000_000
    big = [mail(multipart("mixed", "Content-Type: text/plain\n\nx", attachment)) for _ in range(8)]
    with Parser(ACCOUNT) as parser:
        events = parser.parse_many(big)
    assert [len(event.files[0].data) for event in events if isinstance(event, Received)] == [3_000_000] * 8


def killed(parser: Parser, sign: int) -> None:
    helper = parser._helper
    assert helper is not None
    helper._process.send_signal(sign)
    helper._process.wait()


def test_a_helper_that_was_killed_is_replaced() -> None:
    with Parser(ACCOUNT) as parser:
        parser.parse_many([ana(0)])
        killed(parser, signal.SIGKILL)
        events = parser.parse_many([ana(1), ana(2), ana(3)])
    assert subjects(events)[1:] == ["number 2", "number 3"]
    assert len(events) == 3


def test_an_interrupted_batch_leaves_no_answers_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    with Parser(ACCOUNT) as parser:
        with monkeypatch.context() as patch:
            patch.setattr(_parser, "replace", _interrupted)
            with pytest.raises(KeyboardInterrupt):
                parser.parse_many([ana(0), ana(1), ana(2)])
        assert subjects(parser.parse_many([ana(3), ana(4)])) == ["number 3", "number 4"]


def _interrupted(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_a_mail_that_needs_too_much_memory() -> None:
    huge = Mail(raw=b"From: a@b.example\r\n\r\n" + b"x" * 100_000_000, received_at=NOW)
    with Parser(ACCOUNT, memory=250_000_000) as parser:
        events = parser.parse_many([huge, ana(1)])
    assert subjects(events) == ["Unreadable", "number 1"]
    assert isinstance(events[0], Unreadable)
    assert events[0].reason == "it needs too much memory"


def test_closing_twice_and_before_the_first_use() -> None:
    parser = Parser(ACCOUNT)
    parser.close()
    parser.close()
    with pytest.raises(Unavailable):
        parser.parse_many([ana(1)])


def test_closing_from_another_thread_ends_a_waiting_call() -> None:
    parser = Parser(ACCOUNT, seconds=60)
    parser.parse_many([ana(0)])
    raised: list[BaseException] = []

    def work() -> None:
        try:
            parser.parse_many([mail(STALLING)])
        except Unavailable as error:
            raised.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    busy(parser)
    parser.close()
    thread.join(20)
    assert not thread.is_alive()
    assert len(raised) == 1


def busy(parser: Parser) -> None:
    """Returns when the helper has begun to work."""
    helper = parser._helper
    assert helper is not None
    stat = Path(f"/proc/{helper._process.pid}/stat")
    began = _ticks(stat)
    while _ticks(stat) < began + 10:
        pass


def _ticks(stat: Path) -> int:
    fields = stat.read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def test_a_helper_ends_with_its_parent() -> None:
    """Also when the parent has no chance to say goodbye."""
    program = (
        "import os, signal\n"
        "from adapters._parser import Parser\n"
        "from tests.adapters.test_parser import ACCOUNT, ana\n"
        "parser = Parser(ACCOUNT)\n"
        "parser.parse_many([ana(0)])\n"
        "print(parser._helper._process.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    root = str(Path(__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=root, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    wait_until(lambda: not Path(f"/proc/{int(done.stdout)}").exists())


def wait_until(happened: Callable[[], bool]) -> None:
    waiting = threading.Event()
    for _ in range(1_000):
        if happened():
            return
        waiting.wait(0.01)
    raise AssertionError("it did not happen in ten seconds")


def test_the_helper_has_none_of_our_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_PASSWORD", "hunter2")
    with Parser(ACCOUNT) as parser:
        parser.parse_many([ana(0)])
        helper = parser._helper
        assert helper is not None
        environment = Path(f"/proc/{helper._process.pid}/environ").read_bytes()
    assert b"hunter2" not in environment
    assert b"PYTHONPATH" in environment


def test_an_interrupt_from_the_keyboard_is_not_for_the_helper() -> None:
    with Parser(ACCOUNT) as parser:
        parser.parse_many([ana(0)])
        helper = parser._helper
        assert helper is not None
        assert os.getpgid(helper._process.pid) != os.getpgrp()


def test_a_defect_in_the_reader_costs_one_mail(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    """The helper is given a broken reader by way of its module path."""
    broken = tmp_path / "adapters"
    broken.mkdir()
    (broken / "__init__.py").write_text('"""A package that is found first."""\n')
    for module in (Path(__file__).parents[2] / "adapters").glob("_*.py"):
        if module.name != "__init__.py":
            (broken / module.name).write_bytes(module.read_bytes())
    source = (broken / "_mime.py").read_text()
    defect = '    if b"number 1" in mail.raw:\n        raise KeyError("a defect")\n    return MailEvent'
    (broken / "_mime.py").write_text(source.replace("    return MailEvent", defect, 1))
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    with Parser(ACCOUNT) as parser:
        events = parser.parse_many([ana(0), ana(1), ana(2)])
    assert subjects(events) == ["number 0", "Unreadable", "number 2"]
    assert "KeyError: 'a defect'" in caplog.text


def test_a_helper_that_cannot_start_is_said_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/does/not/exist")
    with pytest.raises(Unavailable):
        Parser(ACCOUNT).parse_many([ana(0)])


def test_a_helper_that_ends_at_once_is_said_to(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "adapters").mkdir()
    (tmp_path / "adapters" / "__init__.py").write_text("raise SystemExit(3)")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    with pytest.raises(Unavailable, match="does not start"):
        Parser(ACCOUNT).parse_many([ana(0)])


def test_larger_mails_may_take_longer() -> None:
    small, large = mail("x"), Mail(raw=b"x" * 30_000_000, received_at=NOW)
    assert _parser.seconds_for(small, 2) < 2.1
    assert _parser.seconds_for(large, 2) == pytest.approx(5)


def test_the_process_that_asks_loads_nothing_of_the_readers() -> None:
    """A tenth of a second of the screen's start hangs on it."""
    program = (
        "import sys, adapters._parser; print([m for m in sys.modules if 'quote' in m or 'selectolax' in m])"
    )
    root = str(Path(__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=root, check=True
    )
    assert done.stdout.strip() == "[]"
