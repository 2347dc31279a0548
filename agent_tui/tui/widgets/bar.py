"""A single drawn line: status, keys, the folded card, the countdown of a reply. Parts of it can be clicked."""

from collections.abc import Callable, Iterator
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from agent_tui.tui.bars import Zone
from agent_tui.tui.jump import Target, in_bar
from agent_tui.tui.lines import Line, Role
from agent_tui.tui.widgets.lines import PREFIX


class Bar(Widget):
    """Asks for its line when it is drawn, so that it always fits."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"{PREFIX}{role}" for role in Role}
    DEFAULT_CSS = "Bar { height: 1; width: 1fr; }"
    ALLOW_SELECT = False

    class Clicked(Message):
        """A command was chosen with the mouse."""

        def __init__(self, command: str) -> None:
            super().__init__()
            self.command = command

    def __init__(self, make: Callable[[int], tuple[Line, tuple[Zone, ...]]], *, name: str) -> None:
        """`make` gives the line for a width, and where it can be clicked."""
        super().__init__(id=name)
        self._make = make
        self._zones: tuple[Zone, ...] = ()
        self._shown: tuple[Line, int] | None = None

    def look_again(self) -> None:
        """Draw it again if it says something else now."""
        if (
            self.is_attached
            and self.size.width
            and (self._make(self.size.width)[0], self.size.width) != self._shown
        ):
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The line; this widget has one."""
        line, self._zones = self._make(self.size.width)
        self._shown = (line, self.size.width)
        base = self.rich_style
        segments = [Segment(text, base + self._role(role)) for text, role in (line.spans if y == 0 else ())]
        return Strip(segments).adjust_cell_length(self.size.width, base)

    def _role(self, role: Role) -> Style:
        return self.get_component_rich_style(f"{PREFIX}{role}", partial=True)

    def targets(self) -> Iterator[Target]:
        """What of it can be jumped to."""
        line, zones = self._make(self.size.width)
        return in_bar(line, zones, self.region.x, self.region.y)

    def on_click(self, event: events.Click) -> None:
        """Run what was clicked."""
        for zone in self._zones:
            if zone.start <= event.x < zone.end:
                self.post_message(self.Clicked(zone.command))
