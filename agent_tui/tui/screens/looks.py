"""Commands that change how the desk looks, while it is looked at: how dense, how times are written, which colours."""

from collections.abc import Mapping
from typing import get_args

from agent_tui.core.language import N_, _
from agent_tui.settings import Times
from agent_tui.tui.screens.frame import Frame

_TIMES: Mapping[Times, str] = {
    "mixed": N_("The list says how long ago, the timeline what the clock said."),
    "ago": N_("Times say how long ago."),
    "clock": N_("Times are those of the clock."),
}


class Looks(Frame):
    """Looking."""

    def do_compact(self) -> None:
        """More on the screen, or more air."""
        self.look.compact = not self.look.compact
        self.look_again()

    def do_times(self) -> None:
        """The next way to write times."""
        ways: tuple[Times, ...] = get_args(Times)
        self.look.times = ways[(ways.index(self.look.times) + 1) % len(ways)]
        self.look_again()
        self.toast(_(_TIMES[self.look.times]))

    def look_again(self) -> None:
        """Lay everything out as it is to look now, around what is looked at."""
        self.inbox.relay()
        self.timeline.relay()
        self.card.lay()

    def do_theme(self) -> None:
        """The other colours."""
        self.app.action_other_theme()  # type: ignore[attr-defined]
