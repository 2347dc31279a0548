"""Why a customer stands where they stand: every factor, its value and what it does; one key changes one at once."""

from collections.abc import Callable

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from agent_tui.core.language import _
from agent_tui.core.model import Customer
from agent_tui.services.urgency import FACTORS, Factor
from agent_tui.tui.icons import Icons
from agent_tui.tui.lines import Look, Role
from agent_tui.tui.safe import line
from agent_tui.tui.widgets.choices import Choice, ChoiceList, fit_box

Change = Callable[[str, int], None]


def following(factor: Factor, value: int, by: int = 1) -> int:
    """The next value, round and round."""
    values = sorted(factor.words)
    here = values.index(value) if value in values else 0
    return values[(here + by) % len(values)]


def choices(customer: Customer, icons: Icons) -> list[Choice]:
    """A line for each factor."""
    return [_choice(factor, factor.value(customer), icons) for factor in FACTORS]


def _choice(factor: Factor, value: int, icons: Icons) -> Choice:
    words = {each: _(name) for each, name in sorted(factor.words.items())}
    values = ", ".join(f"[{name}]" if each == value else name for each, name in words.items())
    return Choice(
        key=factor.key,
        label=f"{_(factor.name)}: {words.get(value, value)}",
        detail="{}\n{}".format(factor.effect(value).replace("×", icons.times), values),
        sign=(f"{factor.key[0]}  ", Role.MARK),
    )


class Weighing(ModalScreen[None]):
    """Stays open while factors change; `change` is told of each."""

    def __init__(self, customer: Customer, look: Look, change: Change) -> None:
        super().__init__()
        self._name = line(customer.name)
        self._customer = customer
        self._icons = look.icons
        self._change = change
        self.list = ChoiceList(look, choices(customer, look.icons))

    def compose(self) -> ComposeResult:
        """A box in the middle."""
        with Vertical(id="box") as box:
            box.border_title = Content(_("How urgent is {name}?").format(name=self._name))
            box.border_subtitle = Content(_("s e i change, arrows too; z then takes back; Esc"))
            yield self.list

    def on_resize(self) -> None:
        """As low as its lines."""
        fit_box(self.query_one("#box"), choices(self._customer, self._icons), around=2)

    def put(self, customer: Customer) -> None:
        """The customer as they are now."""
        self._customer = customer
        self.list.put(choices(customer, self._icons))

    def on_key(self, event: events.Key) -> None:
        """Change, move, leave."""
        keys = {factor.key[0]: factor.key for factor in FACTORS}
        if event.character in keys:
            self._turn(keys[event.character or ""], 1)
        elif event.key in ("left", "right", "space") and self.list.choice is not None:
            self._turn(self.list.choice.key, -1 if event.key == "left" else 1)
        elif event.key in ("down", "up", "j", "k"):
            self.list.move(1 if event.key in ("down", "j") else -1)
        elif event.key in ("escape", "enter", "q", "w"):
            _unused = self.dismiss(None)
        else:
            return
        event.stop()
        event.prevent_default()

    def _turn(self, key: str, by: int) -> None:
        factor = next(factor for factor in FACTORS if factor.key == key)
        self._change(key, following(factor, factor.value(self._customer), by))

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        """A click is one further."""
        self._turn(event.choice.key, 1)
