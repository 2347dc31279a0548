"""The lists an agent chooses from, by name: one table for the screen and the commands. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from agent_tui.core.language import N_, _
from agent_tui.core.store import Labels, View
from agent_tui.services.about import Business


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A list and what it is called; `empty` is said when nobody is in it, with a command in braces for its key."""

    key: str
    name: str
    view: View
    empty: tuple[str, ...]


WAITING = Named(
    key="waiting",
    name=N_("Waiting"),
    view=View(),
    empty=(N_("All answered"), N_("Nobody waits for us. {view.next} shows everyone.")),
)
EVERYONE = Named(key="all", name=N_("Everyone"), view=View(show="all"), empty=(N_("No customers yet"),))
DONE = Named(
    key="done",
    name=N_("Done"),
    view=View(show="done"),
    empty=(N_("Nobody is done"), N_("{done} marks a customer as dealt with.")),
)
UNASSIGNED = Named(
    key="unassigned",
    name=N_("Unassigned"),
    view=View(assigned_to=""),
    empty=(N_("Nobody waits unassigned"), N_("{assign} says whose customer somebody is.")),
)
SNOOZED = Named(
    key="snoozed",
    name=N_("Snoozed"),
    view=View(show="snoozed"),
    empty=(N_("Nobody is snoozed"), N_("{snooze} hides a customer until a moment, or until they write.")),
)
UNSENT = Named(
    key="failed",
    name=N_("Failed sends"),
    view=View(show="all", unsent=True),
    empty=(N_("Everything left"), N_("No message of ours failed or is unsure.")),
)


def mine(business: Business) -> Named:
    """Who waits and is this agent's."""
    return Named(
        key="mine",
        name=_("Mine"),
        view=View(assigned_to=business.agent),
        empty=(_("None of yours waits"), _("{assign} says whose customer somebody is.")),
    )


def check_in(business: Business, now: datetime) -> Named:
    """Good customers with whom nothing was said for long."""
    since = now - timedelta(days=business.checkin_days)
    return Named(
        key="check_in",
        name=_("Check in"),
        view=View(show="quiet", silent_since=since),
        empty=(
            _("No good customer has been silent for long"),
            _("They come here after {checkin_days} days: checkin_days in config.toml.").format(
                checkin_days=business.checkin_days
            ),
        ),
    )


def of_channel(name: str) -> Named:
    """Everyone whose last message was on a channel."""
    return Named(
        key=f"channel:{name}",
        name=_("On {name}").format(name=name),
        view=View(show="all", channel=name),
        empty=(_("Nobody wrote on {name} last").format(name=name),),
    )


def of_tag(tag: str) -> Named:
    """Everyone with a tag."""
    return Named(
        key=f"tag:{tag}",
        name=f"#{tag}",
        view=View(show="all", tag=tag),
        empty=(_("Nobody has the tag {tag}").format(tag=tag),),
    )


def lists(
    business: Business, now: datetime, channels: tuple[str, ...] = (), labels: Labels | None = None
) -> tuple[Named, ...]:
    """Every list there is, the most needed first."""
    fixed = (WAITING, mine(business), UNASSIGNED, SNOOZED, DONE, EVERYONE, UNSENT, check_in(business, now))
    tags = sorted(labels.tags, key=str.casefold) if labels else ()
    return (*fixed, *map(of_channel, channels), *map(of_tag, tags))
