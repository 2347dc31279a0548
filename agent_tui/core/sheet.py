"""Tables for spreadsheets: CSV (RFC 4180) in which no cell is anything but what it says.

A spreadsheet takes a cell that begins with one of a few signs for a formula, and a formula can send the sheet away.
Such a cell gets an apostrophe in front, which spreadsheets take for "this is text". Numbers of ours stay numbers.
"""

import csv
import io
import re
from collections.abc import Iterable
from typing import TypeAlias

Cell: TypeAlias = str | int | float | None

_OBEYED = re.compile(r"\s*[=+\-@%|＝＋－＠％｜]|[\t\r\n]")


def cell(value: Cell) -> str:
    """A value as a cell. Text from outside is only ever text."""
    if value is None:
        return ""
    if not isinstance(value, str):
        return str(value)
    value = value.replace("\0", "")
    return f"'{value}" if _OBEYED.match(value) else value


def sheet(rows: Iterable[Iterable[Cell]]) -> str:
    """Rows as CSV, with line ends as RFC 4180 has them."""
    written = io.StringIO()
    csv.writer(written).writerows([cell(value) for value in row] for row in rows)
    return written.getvalue()
