"""The folder of saved words: private, hostile files shown as such, none hidden by another, nothing outside it touched."""

import os
import stat
from datetime import date
from pathlib import Path

import pytest

from agent_tui.core.errors import Missing, StoreError, UsageError
from agent_tui.services.saved_words import Saved
from agent_tui.services.word_shelf import LARGEST, WordShelf

DAY = date(2027, 5, 1)


@pytest.fixture
def shelf(tmp_path: Path) -> WordShelf:
    return WordShelf(tmp_path / "home" / "words")


def put(shelf: WordShelf, name: str, data: bytes) -> Path:
    shelf.folder.mkdir(parents=True, exist_ok=True)
    path = shelf.folder / name
    path.write_bytes(data)
    return path


def test_without_a_folder_there_are_none(shelf: WordShelf) -> None:
    assert shelf.all().saved == ()
    assert not shelf.folder.exists()


def test_kept_words_are_private_whole_and_found_by_name_and_title(shelf: WordShelf) -> None:
    saved = shelf.add("Where is it?", "Hello {first_name}\n", DAY)
    assert (saved.name, saved.text) == ("where-is-it", "Hello {first_name}")
    path = shelf.path(saved.name)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(shelf.folder.stat().st_mode) == 0o700
    assert os.listdir(shelf.folder) == ["where-is-it.md"]  # noqa: PTH208 hidden files too
    assert shelf.get("where-is-it") == shelf.get("where IS it?") == saved
    assert shelf.all().saved == (saved,)


def test_a_second_one_of_a_title_gets_a_name_of_its_own(shelf: WordShelf) -> None:
    names = [shelf.add("Hours", f"words {n}", DAY).name for n in range(3)]
    assert names == ["hours", "hours-2", "hours-3"]


def test_words_are_replaced_only_when_asked_for(shelf: WordShelf) -> None:
    shelf.save(Saved(name="a", title="A", text="one"))
    with pytest.raises(UsageError, match="already"):
        shelf.save(Saved(name="a", title="A", text="two"))
    assert shelf.get("a").text == "one"
    shelf.save(Saved(name="a", title="A", text="two"), replace=True)
    assert shelf.get("a").text == "two"


def test_words_that_could_not_be_read_again_are_not_written(shelf: WordShelf) -> None:
    with pytest.raises(UsageError, match="no words"):
        shelf.save(Saved(name="a", title="A", text=" \n"))
    assert not shelf.folder.exists()


@pytest.mark.parametrize(
    "name", ["", ".", "..", ".hidden", "../x", "a/b", "/etc/x", "a\\b", "a\0b", "CON", "a\x1bb", "x" * 300]
)
def test_no_name_leads_out_of_the_folder(shelf: WordShelf, name: str) -> None:
    for act in (shelf.path, shelf.remove):
        with pytest.raises(UsageError, match="cannot be the name"):
            act(name)
    with pytest.raises((UsageError, Missing)):
        shelf.get(name)


def test_broken_files_are_shown_and_hide_nobody(shelf: WordShelf, tmp_path: Path) -> None:
    put(shelf, "good.md", b"Good words")
    put(shelf, "by hand.md", "Wörter".encode())
    put(shelf, "binary.md", b"\x89PNG\r\n\x1a\n\0\0")
    put(shelf, "zero.md", b"a\0b")
    put(shelf, "huge.md", b"x" * (LARGEST + 1))
    put(shelf, "empty.md", b"")
    put(shelf, "wrong.md", b"+++\ntitel = 'x'\n+++\nwords")
    put(shelf, "evil\x1b[2J.md", b"words")
    put(shelf, "notes.txt", b"no words of ours")
    put(shelf, ".hidden.md", b"no words of ours")
    (tmp_path / "secret").write_text("not for anybody", encoding="utf-8")
    (shelf.folder / "link.md").symlink_to(tmp_path / "secret")
    (shelf.folder / "loop.md").symlink_to(shelf.folder / "loop.md")
    (shelf.folder / "folder.md").mkdir()
    os.mkfifo(shelf.folder / "pipe.md")
    found = shelf.all()
    assert [one.title for one in found.saved] == ["By hand", "Good"]
    told = {one.name: one.problem for one in found.broken}
    assert told == {
        "binary": "it is not UTF-8 text",
        "zero": "it is not text",
        "huge": f"it is larger than {LARGEST} bytes",
        "empty": "it has no words",
        "wrong": "titel is not known",
        "evil": "'evil' cannot be the name of saved words",
        "link": "it is a link to somewhere else",
        "loop": "it is a link to somewhere else",
        "folder": "it is not an ordinary file",
        "pipe": "it is not an ordinary file",
    }
    assert "not for anybody" not in repr(found)
    assert all(one.remedy for one in found.broken)


def test_a_file_nobody_may_read_is_one_broken_file(shelf: WordShelf, monkeypatch: pytest.MonkeyPatch) -> None:
    put(shelf, "good.md", b"Good words")
    put(shelf, "locked.md", b"words")
    real = os.open

    def refused(path: Path, *rest: int, **more: int) -> int:  # a superuser may read everything
        if Path(path).name == "locked.md":
            raise PermissionError(13, "Permission denied")
        return real(path, *rest, **more)

    monkeypatch.setattr(os, "open", refused)
    found = shelf.all()
    assert [one.name for one in found.saved] == ["good"]
    assert [(one.name, one.problem) for one in found.broken] == [
        ("locked", "it cannot be read: Permission denied")
    ]


def test_a_folder_that_is_none_is_said(tmp_path: Path) -> None:
    (tmp_path / "words").write_text("a file", encoding="utf-8")
    shelf = WordShelf(tmp_path / "words")
    with pytest.raises(StoreError, match="cannot be looked into"):
        shelf.all()
    with pytest.raises(StoreError, match="cannot be written"):
        shelf.add("A", "words", DAY)


def test_a_link_is_neither_read_nor_written_through(shelf: WordShelf, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text("theirs", encoding="utf-8")
    shelf.folder.mkdir(parents=True)
    (shelf.folder / "a.md").symlink_to(outside)
    with pytest.raises(UsageError, match="link"):
        shelf.get("a")
    with pytest.raises(UsageError, match="link"):
        shelf.reviewed("a", DAY)
    shelf.save(Saved(name="a", title="A", text="mine"), replace=True)
    assert outside.read_text(encoding="utf-8") == "theirs"
    assert shelf.get("a").text == "mine"


def test_a_write_that_fails_leaves_what_was_there(shelf: WordShelf, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf.save(Saved(name="a", title="A", text="one"))

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="No space left"):
        shelf.save(Saved(name="a", title="A", text="two"), replace=True)
    assert shelf.get("a").text == "one"
    assert os.listdir(shelf.folder) == ["a.md"]  # noqa: PTH208 hidden files too


def test_reviewed_and_removed(shelf: WordShelf) -> None:
    put(shelf, "a.md", b"+++\ntitle = 'A' # mine\nreview = 2020-01-01\n+++\nwords")
    assert shelf.reviewed("a", DAY).review == DAY
    assert "# mine" in shelf.path("a").read_text(encoding="utf-8")
    shelf.remove("a")
    with pytest.raises(Missing, match="no saved words a"):
        shelf.get("a")
    with pytest.raises(Missing):
        shelf.remove("a")


def test_a_file_is_rewritten_as_its_owner_wants_it_and_mended_so(shelf: WordShelf) -> None:
    path = put(shelf, "a.md", b"+++\ntitel = 'x'\n+++\nwords")
    assert shelf.written("a") == "+++\ntitel = 'x'\n+++\nwords"
    shelf.rewrite("a", shelf.written("a").replace("titel", "title"))
    assert shelf.get("a").title == "x"
    shelf.rewrite("a", "")
    assert [one.problem for one in shelf.all().broken] == ["it has no words"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_near_name_is_suggested(shelf: WordShelf) -> None:
    shelf.add("Opening hours", "words", DAY)
    with pytest.raises(Missing) as caught:
        shelf.get("opning-hours")
    assert caught.value.remedy == "did you mean opening-hours?"


def test_a_name_whose_accents_stand_apart_is_the_same_name(shelf: WordShelf) -> None:
    """Files from a Mac, as git and archives bring them."""
    path = put(shelf, "cafe\u0301.md", b"We open at nine.")
    (saved,) = shelf.all().saved
    assert saved.name == "caf\u00e9"
    assert shelf.get(saved.name) == saved
    assert shelf.reviewed(saved.name, DAY).review == DAY
    shelf.remove(saved.name)
    assert not path.exists()


def test_a_title_that_some_system_keeps_for_itself_can_be_used(shelf: WordShelf) -> None:
    assert shelf.get(shelf.add("Aux", "Plug it in", DAY).name).title == "Aux"
