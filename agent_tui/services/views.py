"""The lists an agent chooses from, by name: one table for the screen and the commands. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

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
    name="Waiting",
    view=View(),
    empty=("All answered", "Nobody waits for us. {view.next} shows everyone."),
)
EVERYONE = Named(key="all", name="Everyone", view=View(show="all"), empty=("No customers yet",))
DONE = Named(
    key="done",
    name="Done",
    view=View(show="done"),
    empty=("Nobody is done", "{done} marks a customer as dealt with."),
)
UNASSIGNED = Named(
    key="unassigned",
    name="Unassigned",
    view=View(assigned_to=""),
    empty=("Nobody waits unassigned", "{assign} says whose customer somebody is."),
)
SNOOZED = Named(
    key="snoozed",
    name="Snoozed",
    view=View(show="snoozed"),
    empty=("Nobody is snoozed", "{snooze} hides a customer until a moment, or until they write."),
)
UNSENT = Named(
    key="failed",
    name="Failed sends",
    view=View(show="all", unsent=True),
    empty=("Everything left", "No message of ours failed or is unsure."),
)


def mine(business: Business) -> Named:
    """Who waits and is this agent's."""
    return Named(
        key="mine",
        name="Mine",
        view=View(assigned_to=business.agent),
        empty=("None of yours waits", "{assign} says whose customer somebody is."),
    )


def check_in(business: Business, now: datetime) -> Named:
    """Good customers with whom nothing was said for long."""
    since = now - timedelta(days=business.checkin_days)
    return Named(
        key="check_in",
        name="Check in",
        view=View(show="quiet", silent_since=since),
        empty=(
            "No good customer has been silent for long",
            f"They come here after {business.checkin_days} days: checkin_days in config.toml.",
        ),
    )


def of_channel(name: str) -> Named:
    """Everyone whose last message was on a channel."""
    return Named(
        key=f"channel:{name}",
        name=f"On {name}",
        view=View(show="all", channel=name),
        empty=(f"Nobody wrote on {name} last",),
    )


def of_tag(tag: str) -> Named:
    """Everyone with a tag."""
    return Named(
        key=f"tag:{tag}", name=f"#{tag}", view=View(show="all", tag=tag), empty=(f"Nobody has the tag {tag}",)
    )


def lists(
    business: Business, now: datetime, channels: tuple[str, ...] = (), labels: Labels | None = None
) -> tuple[Named, ...]:
    """Every list there is, the most needed first."""
    fixed = (WAITING, mine(business), UNASSIGNED, SNOOZED, DONE, EVERYONE, UNSENT, check_in(business, now))
    tags = sorted(labels.tags, key=str.casefold) if labels else ()
    return (*fixed, *map(of_channel, channels), *map(of_tag, tags))
