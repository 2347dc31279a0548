"""How each channel is, in words, and trying again one that stopped."""

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from agent_tui.core.language import N_, _
from agent_tui.services.desk import Desk
from agent_tui.services.host import Health
from agent_tui.tui.bars import state
from agent_tui.tui.lines import Look
from agent_tui.tui.safe import line
from agent_tui.tui.widgets.choices import Choice, ChoiceList, fit_box

_MOVES = {"j": 1, "down": 1, "k": -1, "up": -1}
LOOKS = 0.25  # seconds between two looks at the channels
ROOM = 6  # lines for troubles to come
NONE = N_("No channel is set up. Add one to config.toml, then start again.")


class Channels(ModalScreen[None]):
    """Stays up to date while it is looked at."""

    def __init__(self, desk: Desk, look: Look) -> None:
        super().__init__()
        self._desk = desk
        self._look = look
        self._shown: list[Choice] = []
        self.list = ChoiceList(look, self._choices(), empty=_(NONE))

    def compose(self) -> ComposeResult:
        """One row for each."""
        with Vertical(id="box") as box:
            box.border_title = Content(_("Channels"))
            box.border_subtitle = Content(_("Enter tries again now, Esc goes back"))
            yield self.list

    def on_mount(self) -> None:
        """Keep up."""
        self.set_interval(LOOKS, self._keep_up)

    def on_resize(self) -> None:
        """As low as its rows; with room for what may go wrong."""
        fit_box(self.query_one("#box"), self._choices(), around=2 + ROOM)

    def _keep_up(self) -> None:
        choices = self._choices()
        if choices != self._shown:
            self._shown = choices
            self.list.put(choices, empty=_(NONE))

    def _choices(self) -> list[Choice]:
        return [self._choice(health) for health in self._desk.host.health().values()]

    def _choice(self, health: Health) -> Choice:
        info = self._desk.channels.get(health.channel)
        sign = f"{self._look.icons.medium[info.medium]} " if info else ""
        words, role = state(health)
        detail = "\n".join(line(part) for part in (health.detail, health.remedy) if part)
        ours = f" {self._look.icons.dot} {line(info.label)}" if info else ""
        return Choice(
            key=health.channel,
            label=line(health.channel) + ours,
            detail=detail,
            right=(words, role),
            sign=(sign, role),
        )

    def on_key(self, event: events.Key) -> None:
        """Move, try again, leave."""
        if event.key in _MOVES:
            self.list.move(_MOVES[event.key])
        elif event.key == "enter":
            self.list.choose()
        elif event.key in {"escape", "q", "C"}:
            _unused = self.dismiss()
        else:
            return
        event.stop()
        event.prevent_default()

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        """Try this one again."""
        self._desk.host.retry(event.choice.key)
        self.notify(_("Trying {key} again.").format(key=line(event.choice.key)), markup=False)
