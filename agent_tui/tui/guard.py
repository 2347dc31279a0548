"""The last gate before the terminal: every painted segment passes here, whoever drew it.

What is drawn has been cleaned before (`agent_tui.tui.safe`). This makes a widget that forgot harmless: whatever
is not printable and not one of Textual's own control segments goes.
"""

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from agent_tui.core.text import clean


class Guard(LineFilter):
    """Takes control characters out of the text of segments."""

    def apply(self, segments: list[Segment], _background: Color) -> list[Segment]:
        """The same segments, when nothing is wrong with them, as is usual."""
        if all(s.text.isprintable() for s in segments):
            return segments
        return [s if s.control or s.text.isprintable() else _printable(s) for s in segments]


def _printable(segment: Segment) -> Segment:
    return Segment(clean(segment.text).replace("\n", ""), segment.style)
