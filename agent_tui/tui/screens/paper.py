"""A page to read above the desk: the help, a message in full. Any of Esc, q, Enter closes it."""

from collections.abc import Callable, Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from agent_tui.core.language import _
from agent_tui.core.model import Message
from agent_tui.core.query import Term
from agent_tui.tui import keys
from agent_tui.tui.keys import Command, Pane
from agent_tui.tui.lines import BLANK, Line, Look, Role, fit, said
from agent_tui.tui.marks import is_found, marked
from agent_tui.tui.safe import body, line
from agent_tui.tui.widgets.lines import LineView
from agent_tui.tui.wrap import wrap

Lay = Callable[[int], Sequence[Line]]
LONGEST = 1_000_000  # characters of a message opened in full


class Sheet(LineView):
    """Lines that depend on the width only."""

    def __init__(self, lay: Lay) -> None:
        super().__init__("sheet")
        self._lay = lay
        self._lines: Sequence[Line] = ()

    def put(self, lay: Lay) -> None:
        """Other lines, from the first one on."""
        self._lay = lay
        self.lay()

    def on_resize(self, _event: events.Resize) -> None:
        """Another width."""
        self.lay()

    def lay(self) -> None:
        """Make the lines; at first, go to what was looked for in them."""
        is_new = not self._lines
        self._lines = self._lay(max(self.width - 2, 10))
        self.grow(max(len(self._lines), 1))
        if is_new and (found := next((y for y, one in enumerate(self._lines) if is_found(one)), 0)):
            self.go(min(max(0, found - self.height // 2), self.max_scroll_y))
        self.refresh()

    def line_at(self, y: int) -> Line:
        """A line of it."""
        return said(" ", *self._lines[y].spans) if y < len(self._lines) else BLANK


class Paper(ModalScreen[None]):
    """Scrolls; nothing else."""

    def __init__(self, title: str, lay: Lay) -> None:
        super().__init__()
        self._title: Content = Content(line(title))
        self.sheet = Sheet(lay)

    def compose(self) -> ComposeResult:
        """A large box."""
        with Vertical(id="box", classes="-tall") as box:
            box.border_title = self._title
            box.border_subtitle = Content(_("Esc goes back"))
            yield self.sheet

    def on_key(self, event: events.Key) -> None:
        """Scroll or close."""
        page = max(1, self.sheet.height - 2)
        by = {"j": 1, "down": 1, "k": -1, "up": -1, "space": page, "pagedown": page, "pageup": -page}
        by |= {"home": -(10**9), "end": 10**9, "G": 10**9}
        if event.key in by:
            self.sheet.go(min(max(0, self.sheet.top + by[event.key]), self.sheet.max_scroll_y))
        elif event.key in {"escape", "q", "enter", "question_mark", "f1", "o"}:
            _unused = self.dismiss()
        else:
            return
        event.stop()
        event.prevent_default()


def help_page(pane: Pane, can: Callable[[str], bool], look: Look) -> Lay:
    """Only the keys that work where the agent is."""

    def lay(width: int) -> Sequence[Line]:
        lines: list[Line] = []
        commands = look.keys.commands
        for group in dict.fromkeys(command.group for command in commands):
            rows = [c for c in commands if c.group == group and c.keys_in(pane) and can(c.id)]
            if rows:
                lines += [
                    said((_(group), Role.TITLE)),
                    *(_help_row(c, pane, width, look) for c in rows),
                    BLANK,
                ]
        return lines

    return lay


def _help_row(command: Command, pane: Pane, width: int, look: Look) -> Line:
    shown = keys.names(command, pane)
    spans = ((f"  {shown:<22} ", Role.MARK), (command.help, Role.TEXT))
    return Line(fit(spans, width, look.icons.more))


def message_page(message: Message, sought: Sequence[Term] = ()) -> Lay:
    """A message with all its words, what it quotes included; what was looked for is marked."""

    def lay(width: int) -> Sequence[Line]:
        lines = (
            [said((words, Role.STRONG)) for words in wrap(line(message.subject), width)]
            if message.subject
            else []
        )
        lines += [BLANK] if lines else []
        lines += [said(words) for words in wrap(body(message.text[:LONGEST]), width)]
        if message.quoted.strip():
            lines += [
                BLANK,
                *(said((words, Role.DIM)) for words in wrap(body(message.quoted[:LONGEST]), width)),
            ]
        return [marked(one, sought) for one in lines]

    return lay
