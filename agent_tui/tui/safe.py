"""Text from outside on its last step to the screen: clean, printable, of certain width. Everything drawn passes here."""

from rich.cells import cell_len, set_cell_size

from agent_tui.core.text import clean_line, printable


def line(text: str) -> str:
    """A name, subject, file name or error: one line."""
    return printable(clean_line(text))


def body(text: str) -> str:
    """What somebody wrote: its lines."""
    return printable(text)


def cut(text: str, width: int, more: str = "…") -> str:
    """At most `width` cells of a line; `more` (one cell) stands where something was cut off."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1).rstrip() + more if width > 0 else ""
