"""What the terminal sends, read: Textual's own reader, with two things put right.

A key with Alt comes as Escape and its letter. Textual tells it from the two by waiting whether more comes; when something
does, as in keys typed ahead over a slow line, it wrote the letters as text. Here the two characters are the key.

A pasted text is text, also when the terminal lets an Escape in it through: Textual took what follows one for keys, and
in a list keys are commands.
"""

from collections.abc import Iterable, Iterator

from textual import events
from textual._xterm_parser import XTermParser
from textual.message import Message

BEGIN, END = "\x1b[200~", "\x1b[201~"  # of a paste


class Keyboard(XTermParser):
    """One terminal's input."""

    def __init__(self, debug: bool = False) -> None:
        super().__init__(debug=debug)
        self._pastes = False  # what comes now is pasted
        self._last = ""  # the end of what came, where a border may have begun

    def feed(self, data: str) -> Iterable[Message]:
        """What was sent, as events; nothing at all is the end of it."""
        harmless = "".join(self._without_escapes(data))
        return super().feed(harmless) if harmless or not data else ()

    def _without_escapes(self, data: str) -> Iterator[str]:
        """The same, but for Escapes within a paste; what may be the beginning of its end waits for the rest."""
        came, self._last = self._last, ""
        if self._pastes:
            data = came + data
        elif any(came.endswith(BEGIN[:n]) and data.startswith(BEGIN[n:]) for n in range(1, len(BEGIN))):
            self._pastes = True
            begun = data.index("~") + 1
            yield data[:begun]
            data = data[begun:]
        while (border := END if self._pastes else BEGIN) in data:
            before, _border, data = data.partition(border)
            yield self._plain(before) + border
            self._pastes, came = not self._pastes, ""
        if not self._pastes:
            self._last = (came + data)[-len(BEGIN) :]
            yield data
            return
        begun = next((n for n in range(len(END) - 1, 0, -1) if data.endswith(END[:n])), 0)
        self._last = data[len(data) - begun :]
        yield self._plain(data[: len(data) - begun])

    def _plain(self, text: str) -> str:
        return text.replace("\x1b", "") if self._pastes else text

    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[events.Key]:
        known = tuple(super()._sequence_to_key_events(sequence, alt))
        if known or len(sequence) != 2 or not _is_alt(*sequence):
            return known
        return super()._sequence_to_key_events(sequence[1], alt=True)


def _is_alt(first: str, second: str) -> bool:
    """Escape, and a character with which no longer sequence begins (CSI, SS3, DCS, SOS, OSC, PM, APC)."""
    return first == "\x1b" and second.isprintable() and second not in " [OPX]^_"
