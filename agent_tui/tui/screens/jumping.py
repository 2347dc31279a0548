"""Going to anything in sight with a letter or two: the overlay that shows them, and the command that opens it.

The letters stand on borders, in the column of the cursor's mark and between the keys of the foot: no word is covered.
What is below goes on living; a letter stays with what it was given to, wherever that moves.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.color import TRANSPARENT
from textual.geometry import Region
from textual.renderables.background_screen import BackgroundScreen
from textual.screen import ModalScreen, Screen
from textual.strip import Strip

from agent_tui.core.language import _
from agent_tui.tui.icons import Icons
from agent_tui.tui.jump import Target, by_cell, labelled
from agent_tui.tui.screens.frame import TWO
from agent_tui.tui.screens.planning import Planning
from agent_tui.tui.screens.recalling import Recalling
from agent_tui.tui.widgets.bar import Bar


class Jump(ModalScreen[str | None]):
    """Gives the key of the target that was chosen, or None."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"jump--label", "jump--told"}
    DEFAULT_CSS = "Jump { background: transparent; }"

    def __init__(self, below: Screen[None], targets: Callable[[], Iterable[Target]], icons: Icons) -> None:
        """`below`: what is jumped about in; `targets`: those of it that are in sight now."""
        super().__init__()
        self._below, self._rule = below, icons.rule
        self._targets = targets
        self._letters: Mapping[str, str] = labelled(targets())
        self._typed = ""
        self._rows: dict[
            int, list[tuple[int, str, str]]
        ] = {}  # by line: where letters begin, they, and whose they are

    # Drawing

    def render(self) -> BackgroundScreen:
        """What is below as it is; Textual itself would not show it in the terminal's own colours."""
        return BackgroundScreen(self._below, TRANSPARENT)

    def render_lines(self, crop: Region) -> list[Strip]:
        """What is below, and the letters where their targets are now."""
        self._rows = {}
        for target in self._targets():
            letters = self._letters.get(target.key, "")
            if letters.startswith(self._typed) and 0 < len(letters) <= target.room:
                begin = target.end - (len(letters) if target.near else target.room)
                self._rows.setdefault(target.y, []).append((begin, letters, target.key))
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """A line of what is below, with its letters."""
        strip = super().render_line(y)
        style = self.get_component_rich_style("jump--label")
        for begin, letters, _key in self._rows.get(y, ()):
            strip = _put(strip, begin, letters, style)
        return self._explained(strip) if y == self.size.height - 2 else strip

    def _explained(self, strip: Strip) -> Strip:
        """How to leave, on the border above the keys: it covers nothing but a line drawn across."""
        told = f" {_('Esc leaves')} "
        at = by_cell(strip.text).rfind(self._rule * (cell_len(told) + 2))
        return _put(strip, at + 1, told, self.get_component_rich_style("jump--told")) if at >= 0 else strip

    # Choosing

    def on_key(self, event: events.Key) -> None:
        """A letter of a target; anything else leaves."""
        event.stop()
        event.prevent_default()
        typed = self._typed + (event.character or "").lower() if event.is_printable else ""
        found = [key for key, letters in self._letters.items() if typed and letters.startswith(typed)]
        if len(found) > 1 or (found and self._letters[found[0]] != typed):
            self._typed = typed
            self.refresh()
        else:
            _gone = self.dismiss(found[0] if found else None)

    def on_click(self, event: events.Click) -> None:
        """On a letter: there. Elsewhere: leave."""
        chosen = None
        for begin, letters, key in self._rows.get(int(event.screen_y), ()):
            if begin <= event.screen_x < begin + len(letters):
                chosen = key
        _gone = self.dismiss(chosen)


def _put(strip: Strip, x: int, text: str, style: Style) -> Strip:
    width, end = strip.cell_length, x + cell_len(text)
    if x < 0 or end > width:
        return strip
    return Strip.join([strip.crop(0, x), Strip([Segment(text, style)]), strip.crop(end, width)])


class Jumping(Recalling, Planning):
    """Going anywhere."""

    def do_jump(self) -> None:
        """Letters on all that is in sight."""
        self.above(Jump(self, self._in_sight, self.look.icons), self._jumped)

    def _in_sight(self) -> Iterator[Target]:
        """One for each place; where two would stand in the same one, the first."""
        taken: set[tuple[int, int]] = set()
        for target in self._all_in_sight():
            if (target.end, target.y) not in taken:
                taken.add((target.end, target.y))
                yield target

    def _all_in_sight(self) -> Iterator[Target]:
        for view in (self.inbox, self.timeline, self.card):
            if view.display and view.region.area:
                yield from view.targets()
        for key, widget in (("words", self.composer), ("find", self.find_line)):
            if widget.display and widget.region.area:
                yield Target(
                    key=key, end=widget.region.x + (2 if key == "words" else 1), y=widget.region.y, room=1
                )
        for bar in self.query(Bar):
            if bar.display and bar.region.area:
                yield from bar.targets()

    def _jumped(self, key: str | None) -> None:
        kind, _space, name = (key or "").partition(" ")
        going: Mapping[str, Callable[[str], None]] = {
            "who": self._to_customer,
            "said": self._to_entry,
            "fold": self._unfold,
            "whole": self._to_whole,
            "told": self._to_told,
            "answer": self._to_earlier,
            "run": self.command,
            "words": lambda _name: self.go_to("composer"),
            "find": lambda _name: self.go_to("find"),
        }
        if kind in going:
            going[kind](name)

    def _to_customer(self, customer_id: str) -> None:
        if not self.inbox.select(customer_id):
            return
        self.go_to("inbox")
        if self.size.width < TWO:
            self.open_selected()
        else:
            self.went(opened=True)

    def _to_entry(self, entry_id: str) -> None:
        self.timeline.go_to(entry_id)
        self.go_to("timeline")

    def _unfold(self, entry_id: str) -> None:
        self._to_entry(entry_id)
        self.timeline.toggle_quote()

    def _to_whole(self, entry_id: str) -> None:
        self._to_entry(entry_id)
        self.command("whole")

    def _to_told(self, text: str) -> None:
        if self.reading.card is not None:
            self.to_origin(self.reading.card, text)

    def _to_earlier(self, entry_id: str) -> None:
        self.card.choose(entry_id)
        self.go_to("card")
