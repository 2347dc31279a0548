"""The timeline: all that was said with one customer, over a window that moves through the years.

What the agent reads stays where it is: the place on the screen is remembered by entry, whatever comes above, below or
changes. What came is counted (`Counted`), and nothing moves. Only where she asked for the end, by going there, by
writing or by having sent something, does it stay in sight (`follows`), until she moves elsewhere.
"""

from collections.abc import Iterator

from textual import events
from textual.geometry import Size
from textual.message import Message

from agent_tui.core.clock import Clock
from agent_tui.core.model import Entry
from agent_tui.core.query import Term
from agent_tui.services.outbox import is_planned
from agent_tui.tui.delivery import waits
from agent_tui.tui.jump import Target
from agent_tui.tui.lines import Line, Look, Role, said
from agent_tui.tui.marks import is_found, marked
from agent_tui.tui.paging import Stretch
from agent_tui.tui.widgets.lines import LineView
from agent_tui.tui.window import Window
from agent_tui.tui.wrap import wrap

MARGIN = 2  # the cursor's mark on the left, air on the right


class TimelineView(LineView):
    """Entries, a cursor on one of them."""

    class Wanted(Message):
        """The agent comes near an end that is not loaded."""

        def __init__(self, *, older: bool) -> None:
            super().__init__()
            self.older = older

    class Counted(Message):
        """So many entries came that she has not seen."""

        def __init__(self, count: int) -> None:
            super().__init__()
            self.count = count

    class Answered(Message):
        """She wants to answer."""

    class Whole(Message):
        """She wants to read a message in full."""

    class Stood(Message):
        """She stands on another entry, or there are other entries around it."""

    def __init__(self, look: Look, clock: Clock) -> None:
        super().__init__("timeline")
        self.window = Window(look)
        self.empty: tuple[str, ...] = ()
        self.follows = False
        self.sought: tuple[Term, ...] = ()  # marked where it stands
        self.cursor: str | None = None
        self._look = look
        self._clock = clock
        self._unseen: set[str] = set()
        self._stood: tuple[Stretch, str | None] | None = None
        self._spot: tuple[tuple[str, int] | None, bool] = (
            None,
            True,
        )  # what she put at the top; was that the end?
        self._settled: Size | None = None  # the size all is laid out for; scrolling meanwhile is not hers

    # What it is given

    def show(self, stretch: Stretch, target: str | None = None) -> None:
        """Another customer: the end of it, or the entry `target`."""
        self.window = Window(self._look)
        self.follows, self._unseen = False, set()
        self._lay(stretch)
        last = stretch.entries[-1].fact.id if stretch.entries else None
        self.cursor = target if self.window.index(target) is not None else last
        if self.cursor == last:
            self._to_end()
        else:
            self.show_cursor(middle=True)
        self._look_around()

    def renew(self, stretch: Stretch) -> None:
        """The same customer: what changed, came or went."""
        place, at_end = self._spot
        known = {entry.fact.id for entry in self.window.stretch.entries}
        last = self.window.stretch.entries[-1].position if known else None
        self._lay(stretch)
        fresh = [e for e in stretch.entries if e.fact.id not in known and (last is None or e.position > last)]
        if at_end and self.follows:
            self._to_news(fresh)
        else:
            self._unseen |= {entry.fact.id for entry in fresh}
            self._back_to(place)
        if self.window.index(self.cursor) is None:
            self.cursor = stretch.entries[-1].fact.id if stretch.entries else None
        self._look_around()

    def _to_news(self, fresh: list[Entry]) -> None:
        """The end, but for news longer than the screen: then where it begins."""
        index = self.window.index(fresh[0].fact.id) if fresh else None
        end = max(0, self.window.height - self.height)
        self.go(end if index is None else min(end, self.window.top(index)))
        if fresh:
            self.cursor = fresh[-1].fact.id

    def extend(self, stretch: Stretch) -> None:
        """More of the same, at one end; what is read stays in its place."""
        place, _ = self._spot
        self._lay(stretch)
        self._back_to(place)
        if self.window.index(self.cursor) is None:
            self._set_cursor(self.window.index_at(self.top + self.height // 2))
        self._look_around()

    def _lay(self, stretch: Stretch) -> None:
        self.window.lay(stretch, max(self.width - MARGIN, 10), self._clock.now())
        self.grow(max(self.window.height, 1))
        self.refresh()

    @property
    def at_end(self) -> bool:
        """Is the newest line in sight?"""
        return not self.window.stretch.newer and self.top + self.height >= self.window.height

    def _back_to(self, place: tuple[str, int] | None) -> None:
        now = self.window.find(place)
        if now is not None and now != self.top:
            self.go(now)

    def _to_end(self) -> None:
        self.go(max(0, self.window.height - self.height))

    @property
    def has_plans(self) -> bool:
        """Does an entry say when it leaves?"""
        return any(entry.delivery and is_planned(entry.delivery) for entry in self.window.stretch.entries)

    def tick(self) -> None:
        """A second went by: countdowns go on."""
        now = self._clock.now()
        if any(waits(entry.delivery, now) for entry in self.window.stretch.entries):
            self.relay()

    def relay(self) -> None:
        """Lay the same entries out again, around the same spot: another width, another day, a countdown."""
        place, at_end = self._spot
        self._settled = None
        self._lay(self.window.stretch)
        if at_end:
            self._to_end()
        else:
            self._back_to(place)
        self._settled = self.size

    # Moving about

    @property
    def entry(self) -> Entry | None:
        """The entry under the cursor."""
        index = self.window.index(self.cursor)
        return self.window.entry(index) if index is not None else None

    def move(self, by: int) -> None:
        """To the next entry; through a long one by pages first."""
        self.follows = False
        index = self.window.index(self.cursor)
        if index is None:
            return
        first, last = self.window.span(index)
        if by > 0 and last >= self.top + self.height:
            self.go(min(self.top + self.height - 2, last - self.height + 1))
        elif by < 0 and first < self.top:
            self.go(max(self.top - self.height + 2, first - 1))
        else:
            self._set_cursor(index + by)
            self.show_cursor()

    def _set_cursor(self, index: int) -> None:
        entry = self.window.entry(min(max(0, index), len(self.window.blocks) - 1))
        if entry is not None and entry.fact.id != self.cursor:
            before, self.cursor = self.cursor, entry.fact.id
            for changed in (self.window.index(before), self.window.index(self.cursor)):
                if changed is not None:
                    first, last = self.window.span(changed)
                    self.refresh_lines(first, last - first + 1)
            self._stand()

    def _stand(self) -> None:
        here = (self.window.stretch, self.cursor)
        if self._stood is None or self._stood[0] is not here[0] or self._stood[1] != here[1]:
            self._stood = here
            self.post_message(self.Stood())

    def show_cursor(self, *, middle: bool = False) -> None:
        """Scroll to where the cursor is."""
        index = self.window.index(self.cursor)
        if index is None:
            return
        first, last = self.window.span(index)
        if middle:
            self.go(max(0, (first + min(last, first + self.height)) // 2 - self.height // 2))
        else:
            self.show_lines(
                self.window.top(index), last + 1 if index == len(self.window.blocks) - 1 else last
            )
        self._look_around()

    def go_to(self, entry_id: str) -> bool:
        """Put the cursor on an entry, what was looked for in it in sight; says whether it is loaded."""
        index = self.window.index(entry_id)
        if index is None:
            return False
        self.follows = False
        self._set_cursor(index)
        if self.sought and self._found_in(index) is None:
            self._unfold_for(index)
        more = self.window.blocks[index].more
        y = self._found_in(index)
        if y is None and self.sought and more is not None:  # it stands in what is cut
            y = self.window.top(index) + more
        if y is None:
            self.show_cursor()
        elif not self.top <= y < self.top + self.height:
            self.go(min(max(0, y - self.height // 2), max(0, self.window.height - self.height)))
        self._look_around()
        return True

    def _found_in(self, index: int) -> int | None:
        """The first line of an entry in which what was looked for stands."""
        first, last = self.window.span(index)
        lines = ((y, marked(self.window.line(y), self.sought)) for y in range(first, last + 1))
        return next((y for y, line in lines if is_found(line)), None)

    def _unfold_for(self, index: int) -> None:
        """Show what an entry quotes, if that is where it stands."""
        self.toggle_quote(index)
        if self._found_in(index) is None:
            self.toggle_quote(index)

    def page(self, direction: int, part: int = 1) -> None:
        """One page up (-1) or down (1), or a part of one; the cursor stays in sight."""
        self.follows = False
        self.go(
            min(
                max(0, self.top + direction * max(1, (self.height - 2) // part)),
                max(0, self.window.height - self.height),
            )
        )
        self._set_cursor(self.window.index_at(self.top + (1 if direction < 0 else self.height - 2)))
        self._look_around()

    def first(self) -> None:
        """To the first entry there is."""
        self.follows = False
        self.go(0)
        self._set_cursor(0)
        self._look_around()

    def last(self) -> None:
        """To the newest entry that is loaded, and whatever comes after it."""
        self.follows = True
        self._to_end()
        self._set_cursor(len(self.window.blocks) - 1)
        self._look_around()

    def _look_around(self) -> None:
        """What came into sight has been seen; what is near an end is asked for."""
        self._spot = (self.window.place(self.top), self.at_end)
        self._stand()
        self._report()

    def _report(self) -> None:
        bottom = self.top + self.height
        places = {key: self.window.index(key) for key in self._unseen}
        unseen = {key for key, at in places.items() if at is not None and self.window.span(at)[0] >= bottom}
        self._unseen = unseen
        self.post_message(self.Counted(len(unseen)))
        if self.window.stretch.older and self.top < self.height:
            self.post_message(self.Wanted(older=True))
        elif self.window.stretch.newer and bottom > self.window.height - self.height:
            self.post_message(self.Wanted(older=False))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """By wheel or scrollbar too."""
        super().watch_scroll_y(old_value, new_value)
        if round(old_value) != round(new_value) and self._settled == self.size:
            self._look_around()

    def toggle_quote(self, index: int | None = None) -> bool:
        """Show or fold what an entry quotes; says whether it quotes anything."""
        at = self.window.index(self.cursor) if index is None else index
        if at is None or self.window.blocks[at].fold is None:
            return False
        self.window.fold(self.window.blocks[at].id)
        self._spot = (
            self.window.place(self.top),
            False,
        )  # what is read stays, what was folded opens below it
        self.relay()
        self._look_around()
        return True

    def targets(self) -> Iterator[Target]:
        """The entries in sight, and what of them opens."""
        blocks = self.window.blocks
        if not blocks:
            return
        for index in range(
            self.window.index_at(self.top), self.window.index_at(self.top + self.height - 1) + 1
        ):
            block, top = blocks[index], self.window.top(index)
            first, last = self.window.span(index)
            if last >= self.top:
                yield from self.target(f"said {block.id}", max(first, self.top))
            for kind, line in (("fold", block.fold), ("whole", block.more)):
                if line is not None:
                    yield from self.target(f"{kind} {block.id}", top + line)

    # Drawing

    def line_at(self, y: int) -> Line:
        """A line of an entry, after the mark of the cursor."""
        if not self.window.blocks:
            return self._nothing(y)
        if y >= self.window.height:
            return Line()
        line = marked(self.window.line(y), self.sought)
        return Line(((self._sign(y), Role.MARK), *line.spans), line.ground)

    def _sign(self, y: int) -> str:
        index = self.window.index(self.cursor)
        if index is None:
            return " "
        first, last = self.window.span(index)
        icons = self._look.icons
        return (icons.cursor if self.has_focus else icons.there) if first <= y <= last else " "

    def _nothing(self, y: int) -> Line:
        words: list[str] = []
        for sentence in self.empty:
            words += ["", *wrap(sentence, max(self.width - 6, 4))]
        return said("   ", (words[y], Role.STRONG if y == 1 else Role.DIM)) if y < len(words) else Line()

    def on_resize(self, _event: events.Resize) -> None:
        """Another width: laid out again, in place."""
        self.relay()
        self._report()

    def on_click(self, event: events.Click) -> None:
        """A click puts the cursor on an entry, opens what is folded; a double click answers."""
        y = self.top + event.get_content_offset_capture(self).y
        if not 0 <= y < self.window.height:
            return
        index = self.window.index_at(y)
        block, inside = self.window.blocks[index], y - self.window.top(index)
        self._set_cursor(index)
        if inside == block.fold:
            self.toggle_quote(index)
        elif inside == block.more:
            self.post_message(self.Whole())
        elif event.chain == 2:
            self.post_message(self.Answered())
