"""The palette: every command with its key, what works here first; and customers by name or address."""

from collections.abc import Callable, Sequence
from functools import partial
from operator import attrgetter
from typing import Final

from textual.widgets import Input
from textual.worker import Worker

from agent_tui.core.language import _
from agent_tui.core.store import Found
from agent_tui.services.contacts import Contacts
from agent_tui.tui.fuzzy import NONE, rank
from agent_tui.tui.keymap import Keymap
from agent_tui.tui.keys import PANE_NAMES, Command, Pane, names
from agent_tui.tui.lines import Look, Role
from agent_tui.tui.safe import line
from agent_tui.tui.screens.picking import Choice, Picking

WHO: Final = "who:"  # a customer's id comes after this; else it is a command's
SHORTEST = 2  # letters before customers are looked for
CUSTOMERS = 5


def commands(
    keymap: Keymap, pane: Pane, can: Callable[[str], bool], why_not: Callable[[str], str]
) -> list[Choice]:
    """All of them: those that work here and now in the order of the footer, then the others with the reason."""
    known = [c for c in keymap.commands if c.id != "palette"]
    ranked = sorted(known, key=lambda c: c.rank or len(known))
    return sorted((_choice(c, pane, can, why_not) for c in ranked), key=attrgetter("faint"))


def _choice(
    command: Command, pane: Pane, can: Callable[[str], bool], why_not: Callable[[str], str]
) -> Choice:
    if can(command.id) and (pane in command.panes or pane == "composer"):
        key = (names(command, pane), Role.MARK)
        return Choice(key=command.id, label=command.label, detail=command.help, right=key)
    there = ", ".join(_(PANE_NAMES[pane]) for pane in sorted(command.panes))
    why = _("works in the {panes}").format(panes=there) if pane not in command.panes else why_not(command.id)
    return Choice(key=command.id, label=command.label, detail=command.help, right=(why, Role.DIM), faint=True)


class Palette(Picking):
    """Gives a command's id, or WHO and a customer's id."""

    def __init__(self, choices: Sequence[Choice], contacts: Contacts, look: Look) -> None:
        Picking.__init__(self, _("Commands and customers"), choices, look)
        self._contacts = contacts
        self._people: tuple[Choice, ...] = ()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Commands at once, customers a moment later."""
        self._people = ()
        self._narrow(event.value)
        if len(event.value.strip()) >= SHORTEST:
            find = partial(self._find, event.value)  # not begun, it is cancelled without a trace
            _other: Worker[None] = self.run_worker(find, group="palette", exclusive=True, exit_on_error=False)

    async def _find(self, text: str) -> None:
        found = await self._contacts.find(text, limit=CUSTOMERS)
        if self.query_one("#typed", Input).value == text:
            self._people = tuple(_person(one) for one in found)
            self._narrow(text)

    def _narrow(self, text: str) -> None:
        """By how well they fit; what works here before what does not; customers before what fits by its help only."""
        fits = [(rank(text, c.label, c.detail), c) for c in self._all]
        fits += [(2, person) for person in self._people]
        kept = [(c.faint, fit, c) for fit, c in fits if fit < NONE]
        kept.sort(key=lambda one: one[:2])
        self.list.put([c for *_other, c in kept], empty=_("Nothing and nobody is called that."))


def _person(found: Found) -> Choice:
    addresses = ", ".join(line(address.value) for address in found.addresses)
    return Choice(
        key=f"{WHO}{found.customer_id}",
        label=line(found.name),
        detail=addresses,
        right=("customer", Role.ACCENT),
    )
