"""Keys that come before a box is wholly there: fast fingers and slow lines send several at once."""

from typing import Any

from textual import events
from textual.screen import Screen
from textual.widgets import Input


def type_early(screen: Screen[Any], event: events.Key) -> bool:
    """A letter that came before the box's line had the focus is typed into it all the same; was it one?"""
    if isinstance(screen.focused, Input) or not event.is_printable or not event.character:
        return False
    fields = screen.query(Input)
    if not fields:
        return False
    fields.first().insert_text_at_cursor(event.character)
    return True
