"""A line to type in, into which only what can be drawn is pasted: words out of a stranger's message are not looked for as they came."""

from textual import events
from textual.widgets import Input

from agent_tui.tui.safe import line


class PlainInput(Input):
    """One line of text."""

    def on_paste(self, event: events.Paste) -> None:
        """Clean it before it is put in."""
        event.text = line(event.text)
