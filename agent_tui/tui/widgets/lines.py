"""A widget that draws its own lines: the ground of the inbox, the timeline and every other long list.

Only the lines on the screen are ever made, so its size costs nothing. Text is drawn as it is, never parsed: a line is
data (`agent_tui.tui.lines`), its roles get their colours from the style sheet.
"""

from collections.abc import Iterator
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBarRender
from textual.selection import Selection
from textual.strip import Strip
from textual.widget import Widget

from agent_tui.tui.jump import Target
from agent_tui.tui.lines import BLANK, Line, Role

PREFIX = "line--"
REMEMBERED = 1_000  # drawn lines


class PlainBar(ScrollBarRender):
    """A scrollbar without the fractions of a block that not every terminal has."""

    VERTICAL_BARS: ClassVar[list[str]] = [" "]
    HORIZONTAL_BARS: ClassVar[list[str]] = [" "]


def plain_scrollbars(view: ScrollView) -> None:
    """Give a widget such scrollbars."""
    view.vertical_scrollbar.renderer = PlainBar  # type: ignore[misc]


def entitle(widget: Widget, *, title: str | None = None, subtitle: str | None = None) -> None:
    """Write on a widget's border, if it says something else: writing paints the whole widget."""
    if title is not None and title != str(widget.border_title or ""):
        widget.border_title = Content(title)
    if subtitle is not None and subtitle != str(widget.border_subtitle or ""):
        widget.border_subtitle = Content(subtitle)


class LineView(ScrollView, can_focus=True, inherit_bindings=False):
    """Subclasses say what stands in each line; keys are the screen's affair."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *(f"{PREFIX}{role}" for role in Role),
        f"{PREFIX}here",
        f"{PREFIX}there",
    }
    DEFAULT_CSS = """
    LineView { overflow-y: scroll; overflow-x: hidden; scrollbar-size-vertical: 1; }
    """

    class Focused(Message):
        """The agent turned to this pane."""

        def __init__(self, view: "LineView") -> None:
            super().__init__()
            self.view = view

    class Looked(Message):
        """Other lines are on the screen than before."""

    def __init__(self, name: str) -> None:
        """`name` is its id in the style sheet."""
        super().__init__(id=name)
        self._styles_of: dict[str, Style] = {}
        self._strips: dict[tuple[Line, str, int], Strip] = {}
        self._measured: tuple[Size, int] | None = None

    def on_mount(self) -> None:
        """Draw as every terminal can."""
        plain_scrollbars(self)

    # What a subclass says

    def line_at(self, _y: int) -> Line:
        """What stands in line `y` of all there are."""
        return BLANK

    def ground_at(self, _y: int) -> str:
        """``here`` or ``there`` where the row is the agent's, else nothing."""
        return ""

    def targets(self) -> Iterator[Target]:
        """What of it can be jumped to."""
        yield from ()

    def target(self, key: str, y: int) -> Iterator[Target]:
        """What stands in line `y`, if it is in sight: its letters stand on the border and on the cursor's mark."""
        if self.top <= y < self.top + self.height:
            top = self.region.y + self.gutter.top
            yield Target(key=key, end=self.region.x + self.gutter.left + 1, y=top + y - self.top)

    # Drawing

    @property
    def width(self) -> int:
        """The cells of a line; asked for with every line, and dear to find out."""
        if self._measured is None or self._measured[0] != self.size:
            self._measured = (self.size, self.scrollable_content_region.width)
        return self._measured[1]

    @property
    def height(self) -> int:
        """The lines on the screen."""
        return self.scrollable_content_region.height

    @property
    def top(self) -> int:
        """The first line on the screen."""
        return self.scroll_offset.y

    def render_line(self, y: int) -> Strip:
        """One row of the terminal; a line that was drawn before is not drawn again."""
        content_y = self.top + y
        key = (self.line_at(content_y), self.ground_at(content_y), self.width)
        strip = self._strips.get(key)
        if strip is None:
            if len(self._strips) > REMEMBERED:
                self._strips.clear()
            strip = self._strips[key] = self._draw(*key)
        return self.finish(strip, content_y) if self.allow_select else strip

    def _draw(self, line: Line, ground: str, width: int) -> Strip:
        base = self._base() + self._style(line.ground)
        if ground:
            base += self._style(ground)
        segments = [Segment(text, base + self._style(role)) for text, role in line.spans]
        if ground:
            segments = [Segment(s.text, (s.style or base) + self._back(ground)) for s in segments]
        return Strip(segments).adjust_cell_length(width, base)

    def finish(self, strip: Strip, y: int) -> Strip:
        """Text can be marked with the mouse."""
        selection = self.text_selection
        span = selection.get_span(y) if selection else None
        if span is not None:
            start, end = span[0], span[1] if span[1] >= 0 else strip.cell_length
            marked = strip.crop(start, end).apply_style(
                self.screen.get_component_rich_style("screen--selection")
            )
            strip = Strip.join([strip.crop(0, start), marked, strip.crop(end)])
        return strip.apply_offsets(0, y)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The text that is marked, without the spaces that fill its lines."""
        lines = [self.line_at(y).text.rstrip() for y in range(self.virtual_size.height)]
        return selection.extract("\n".join(lines)), "\n"

    def selection_updated(self, _selection: Selection | None) -> None:
        """Draw what is marked."""
        self.refresh()

    def _base(self) -> Style:
        """The widget's own colours; finding them out costs more than drawing a line."""
        if "" not in self._styles_of:
            self._styles_of[""] = self.rich_style
        return self._styles_of[""]

    def _style(self, role: str) -> Style:
        if role not in self._styles_of:
            self._styles_of[role] = self.get_component_rich_style(f"{PREFIX}{role}", partial=True)
        return self._styles_of[role]

    def _back(self, ground: str) -> Style:
        return Style(bgcolor=self._style(ground).bgcolor)

    def notify_style_update(self) -> None:
        """Another theme: every colour is looked up again."""
        super().notify_style_update()
        self._styles_of.clear()
        self._strips.clear()
        self._measured = None

    # Moving

    def grow(self, count: int) -> None:
        """There are `count` lines now.

        Textual lays the whole screen out again when this changes, and paints twice; that is needed only where the
        widget's own height follows its lines.
        """
        size = Size(max(self.width, 1), count)
        if size == self.virtual_size:
            return
        if self.styles.is_auto_height:
            self.virtual_size = size
            return
        self.set_reactive(LineView.virtual_size, size)
        self._scroll_update(size)
        if self.scroll_y > self.max_scroll_y:
            self.go(self.max_scroll_y)

    def go(self, y: float) -> None:
        """Put line `y` at the top, at once."""
        self.scroll_to(y=y, animate=False, force=True)

    def show_lines(self, first: int, last: int) -> None:
        """Scroll as little as possible so that these lines are seen; the first one wins."""
        if first < self.top or last - first >= self.height:
            self.go(first)
        elif last >= self.top + self.height:
            self.go(last - self.height + 1)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Tell who feeds this widget that other lines are looked at."""
        super().watch_scroll_y(old_value, new_value)
        if round(old_value) != round(new_value):
            self.post_message(self.Looked())

    def on_focus(self, _event: events.Focus) -> None:
        """Whoever draws the borders wants to know."""
        self.post_message(self.Focused(self))
        self.refresh()

    def on_blur(self, _event: events.Blur) -> None:
        """The row is the agent's no more, but still marked."""
        self.refresh()
