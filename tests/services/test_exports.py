"""Exports are private, and never take the place of another file."""

from pathlib import Path

import pytest

from agent_tui.core.errors import StoreError, UsageError
from agent_tui.services.exports import Exports, save_as


def test_each_has_its_own_place(tmp_path: Path) -> None:
    exports = Exports(tmp_path / "a" / "exports")
    paths = [exports.save("today.csv", text) for text in ("one", "two", "three")]
    assert [path.name for path in paths] == ["today.csv", "today-2.csv", "today-3.csv"]
    assert [path.read_text() for path in paths] == ["one", "two", "three"]
    assert {path.stat().st_mode & 0o777 for path in paths} == {0o600}
    assert paths[0].parent.stat().st_mode & 0o777 == 0o700


def test_a_name_stays_in_the_folder(tmp_path: Path) -> None:
    path = Exports(tmp_path / "exports").save("../../etc/x.csv", "")
    assert path == tmp_path / "exports" / "x.csv"


def test_a_link_in_the_way_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "today.csv").symlink_to(tmp_path / "elsewhere")
    assert Exports(tmp_path).save("today.csv", "x").name == "today-2.csv"
    assert not (tmp_path / "elsewhere").exists()


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError):
        Exports(tmp_path / "file" / "exports").save("today.csv", "")


def test_where_the_owner_says_nothing_is_overwritten(tmp_path: Path) -> None:
    save_as(tmp_path / "a.csv", "one\r\n")
    with pytest.raises(UsageError):
        save_as(tmp_path / "a.csv", "two")
    assert (tmp_path / "a.csv").read_bytes() == b"one\r\n"
    with pytest.raises(StoreError):
        save_as(tmp_path / "no" / "a.csv", "")
