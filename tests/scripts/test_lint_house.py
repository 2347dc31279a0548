"""Each house rule finds its planted offence, and lets the right way through."""

from pathlib import Path

import pytest

from scripts import lint_house

DOC = '"""Something."""\n'
SAID = "from agent_tui.core.language import _\n"
OFFENCES = {
    "long file": ("agent_tui/x.py", DOC + "x = 1\n" * 400),
    "no docstring": ("agent_tui/x.py", "x = 1\n"),
    "code in adapters": ("adapters/__init__.py", DOC + "from adapters import imap\n"),
    "code in storage": ("storage/__init__.py", DOC + "__all__ = ()\n"),
    "create_task": ("agent_tui/x.py", DOC + "asyncio.create_task(f())\n"),
    "ensure_future": ("tests/x.py", DOC + "asyncio.ensure_future(f())\n"),
    "imported": ("agent_tui/x.py", DOC + "from asyncio import create_task\n"),
    "loop": ("adapters/x.py", DOC + "asyncio.get_running_loop().create_task(f())\n"),
    "own loop": ("adapters/x.py", DOC + "self._loop.create_task(f())\n"),
    "sleep": ("tests/x.py", DOC + "time.sleep(1)\n"),
    "async sleep": ("tests/x.py", DOC + "async def f():\n    await asyncio.sleep(0.1)\n"),
    "pause": ("tests/x.py", DOC + "async def f(pilot):\n    await pilot.pause(0.5)\n"),
    "sleep in for": ("tests/x.py", DOC + "for _ in range(3):\n    time.sleep(1)\n"),
    "xfail": ("tests/x.py", DOC + "@pytest.mark.xfail\ndef test_x(): ...\n"),
    "skip": ("tests/x.py", DOC + "@pytest.mark.skip(reason='later')\ndef test_x(): ...\n"),
    "unfinished": ("agent_tui/x.py", DOC + "def f():\n    raise NotImplementedError\n"),
    "unfinished call": ("agent_tui/x.py", DOC + "def f():\n    raise NotImplementedError('x')\n"),
    "thrown away": ("agent_tui/x.py", DOC + SAID + "for _ in range(3): ...\n"),
    "thrown away argument": ("agent_tui/x.py", DOC + SAID + "f = lambda _: 1\n"),
    "medium": ("agent_tui/x.py", DOC + "if message.medium == Medium.SMS: ...\n"),
    "medium is": ("agent_tui/x.py", DOC + "if medium is Medium.EMAIL: ...\n"),
    "medium in": ("agent_tui/x.py", DOC + "if medium in (Medium.EMAIL, Medium.SMS): ...\n"),
    "medium text": ("agent_tui/x.py", DOC + "if row.medium == 'sms': ...\n"),
    "medium match": ("agent_tui/x.py", DOC + "match message.medium:\n    case _: ...\n"),
}
RIGHT = {
    "longest": ("agent_tui/x.py", DOC + "x = 1\n" * 399),
    "bare": ("adapters/__init__.py", DOC),
    "group": ("agent_tui/x.py", DOC + "group.create_task(f())\ntg.create_task(g())\n"),
    "polling": ("tests/x.py", DOC + "while not done():\n    time.sleep(0.01)\n"),
    "giving way": (
        "tests/x.py",
        DOC + "async def f(pilot):\n    await asyncio.sleep(0)\n    await pilot.pause()\n",
    ),
    "back-off": ("agent_tui/x.py", DOC + "async def f():\n    await asyncio.sleep(5)\n"),
    "skipif": (
        "tests/x.py",
        DOC + "@pytest.mark.skipif(not DOVECOT, reason='dovecot-imapd')\ndef test_x(): ...\n",
    ),
    "said": ("agent_tui/x.py", DOC + SAID + "print(_('x'))\n"),
    "nothing is said": ("agent_tui/x.py", DOC + "for _ in range(3): ...\n"),
    "same medium": ("agent_tui/x.py", DOC + "if one.medium == other.medium: ...\n"),
    "asked medium": ("agent_tui/x.py", DOC + "if medium in query.on: ...\n"),
    "adapter's medium": ("adapters/x.py", DOC + "if medium == Medium.SMS: ...\n"),
}
KIND = DOC + "class Adapter: ...\n"


@pytest.mark.parametrize(("path", "text"), OFFENCES.values(), ids=OFFENCES)
def test_an_offence_is_found(path: str, text: str) -> None:
    assert len(list(lint_house.offences([lint_house.Source(Path(path), text)]))) == 1


@pytest.mark.parametrize(("path", "text"), RIGHT.values(), ids=RIGHT)
def test_the_right_way_is_let_through(path: str, text: str) -> None:
    assert list(lint_house.offences([lint_house.Source(Path(path), text)])) == []


@pytest.mark.parametrize(
    "line", ["import adapters.imap", "from adapters.imap import x", "from adapters import imap"]
)
def test_an_adapter_importing_another_is_found(line: str) -> None:
    imap = lint_house.Source(Path("adapters/imap.py"), KIND)
    sms = lint_house.Source(Path("adapters/sms.py"), f"{KIND}{line}\n")
    assert [path for path, _ in lint_house.adapters_apart([imap, sms])] == [sms.path]


def test_adapters_may_share_a_helper() -> None:
    helper = lint_house.Source(Path("adapters/_http.py"), DOC)
    sms = lint_house.Source(Path("adapters/sms.py"), KIND + "from adapters import _http\n")
    assert list(lint_house.adapters_apart([helper, sms])) == []


def test_a_file_on_disk_is_named_with_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "storage").mkdir()
    (tmp_path / "storage" / "x.py").write_text(DOC + "raise NotImplementedError\n")
    assert lint_house.main(tmp_path) == 1
    assert "storage/x.py:2: NotImplementedError" in capsys.readouterr().out
