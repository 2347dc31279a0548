"""Generated documents: a document that lags is named, and one written is never behind."""

from pathlib import Path

from scripts import docs


def test_a_document_that_differs_is_behind(tmp_path: Path) -> None:
    (tmp_path / "keys.md").write_text("old\n")
    assert docs.behind({"keys.md": lambda: "new\n"}, tmp_path) == {"keys.md": "new\n"}


def test_a_missing_document_is_behind(tmp_path: Path) -> None:
    assert docs.behind({"keys.md": lambda: "new\n"}, tmp_path) == {"keys.md": "new\n"}


def test_a_document_that_agrees_is_not(tmp_path: Path) -> None:
    (tmp_path / "keys.md").write_text("new\n")
    assert docs.behind({"keys.md": lambda: "new\n"}, tmp_path) == {}


def test_the_first_sentence_is_one_cell_on_one_line(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text('"""Reads a | b\nand more. Then the rest.\n\nRules."""\n')
    assert docs.first_sentence(path) == "Reads a \\| b and more"


def test_every_module_is_listed() -> None:
    text = docs.files()
    assert "## agent_tui/core" in text
    assert "| `model.py` |" in text
    assert "| |" not in text


def test_an_unknown_argument_writes_nothing(capsys: object) -> None:
    assert docs.main(["--chek"]) == 2
