"""What a half typed filter of a search can become: the names of operators first, then the values each may have. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from agent_tui.core import dates
from agent_tui.core.fold import tokens
from agent_tui.core.language import N_, _
from agent_tui.core.model import Medium
from agent_tui.core.query import operators
from agent_tui.core.store import Found, Labels
from agent_tui.services.about import ChannelInfo
from agent_tui.tui.fuzzy import SCATTERED, rank
from agent_tui.tui.safe import line

MEANS: Mapping[str, str] = {
    "from": N_("who wrote it"),
    "to": N_("whom it went to"),
    "on": N_("the channel"),
    "is": N_("how it stands"),
    "tag": N_("customers with it"),
    "after": N_("since a day"),
    "before": N_("until a day"),
    "has": N_("with a file"),
}
_IS: Mapping[str, str] = {
    "open": N_("customers who are not done"),
    "done": N_("customers who are dealt with"),
    "snoozed": N_("customers out of sight"),
    "unread": N_("what is new"),
    "failed": N_("what did not leave"),
    "note": N_("our own notes"),
}
_SPANS: Mapping[str, timedelta] = {
    "1d": timedelta(days=1),
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
    "90d": timedelta(days=90),
    "1y": timedelta(days=365),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where she is in what was typed: from `start` to `end` stands what is replaced; `begun`: of a value, or a name."""

    start: int
    end: int
    operator: str  # "" while its name is typed
    begun: str

    @property
    def asks_for_people(self) -> bool:
        """Is it a person that is to stand there?"""
        return self.operator in {"from", "to"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One thing it can become: what is written then, and in words what that is."""

    written: str
    more: str = ""

    @property
    def is_whole(self) -> bool:
        """Is nothing missing behind it?"""
        return not self.written.endswith(":")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What there is to choose from."""

    now: datetime
    labels: Labels
    channels: Mapping[str, ChannelInfo] = field(default_factory=dict)
    people: Sequence[Found] = ()
    agents: Sequence[str] = ()  # by the settings; others are known by their customers


def spot(text: str, cursor: int) -> Spot:
    """Where the cursor stands: in an operator, or in a word that may become one."""
    for piece in operators(text):
        if piece.start <= cursor <= piece.end and cursor > (colon := text.index(":", piece.start)):
            begun = text[colon + 1 : cursor].lstrip('"').rstrip('"')
            return Spot(start=piece.start, end=piece.end, operator=piece.operator, begun=begun)
    start = max(text.rfind(" ", 0, cursor), text.rfind("\t", 0, cursor)) + 1
    return Spot(start=start, end=cursor, operator="", begun=text[start:cursor])


def offers(at: Spot, known: Known) -> tuple[Offer, ...]:
    """What may stand there, best first; a word that begins no operator may be a value of one."""
    if at.operator:
        return tuple(_fitting(at.operator, at.begun, known, SCATTERED))
    names = [Offer(written=f"{o}:", more=_(m)) for o, m in MEANS.items() if o.startswith(at.begun.lower())]
    values = (offer for operator in ("is", "on", "tag") for offer in _fitting(operator, at.begun, known, 1))
    return tuple(names or values)


def _fitting(operator: str, begun: str, known: Known, worst: int) -> Iterator[Offer]:
    """The values that fit better than `worst`, people first: they were looked for already."""
    found = [(rank(begun, value, more), value, more) for value, more in _values(operator, known)]
    found.sort(key=lambda one: one[0])
    asked = _people(operator, known.people)
    fitting = [*asked, *((value, more) for fit, value, more in found if fit < worst)]
    written = {quoted(value): more for value, more in reversed(fitting)}
    return (Offer(written=f"{operator}:{v}", more=line(m)) for v, m in reversed(written.items()) if v)


def put(text: str, at: Spot, offer: Offer) -> tuple[str, int]:
    """What was typed with an offer in its place, and where the cursor is then: at the value, or behind it."""
    rest = text[at.end :].lstrip()
    before = f"{text[: at.start]}{offer.written}{' ' if offer.is_whole else ''}"
    return f"{before}{rest}" if offer.is_whole or not rest else f"{before} {rest}", len(before)


def quoted(value: str) -> str:
    """A value as it is typed: in quotes where it has spaces; nothing where it has no word to look for."""
    plain = line(value).replace('"', " ").strip()
    if not tokens(plain):
        return ""
    return f'"{plain}"' if any(c.isspace() for c in plain) else plain


def _values(operator: str, known: Known) -> Iterable[tuple[str, str]]:
    """Each value of an operator, and what it is in words."""
    if operator == "is":
        return ((state, _(more)) for state, more in _IS.items())
    if operator == "tag":
        return (
            (tag, str(count)) for tag, count in sorted(known.labels.tags.items(), key=lambda one: -one[1])
        )
    if operator == "on":
        return _channels(known.channels)
    if operator == "has":
        return [("attachment", _("a file"))]
    if operator in {"before", "after"}:
        return ((span, _day(known.now - length)) for span, length in _SPANS.items())
    if operator == "from":
        return ((agent, _("one of us")) for agent in dict.fromkeys([*known.agents, *known.labels.agents]))
    return (
        (c.address.value, _("our own: {channel}").format(channel=name))
        for name, c in known.channels.items()
        if c.address
    )


def _day(at: datetime) -> str:
    return f"{at.day} {dates.month_short(at)} {at.year}"


def _channels(channels: Mapping[str, ChannelInfo]) -> Iterator[tuple[str, str]]:
    media = {channel.medium for channel in channels.values()}
    yield from ((medium.value, medium.word) for medium in Medium if medium in media)
    yield from ((name, channel.label) for name, channel in channels.items() if name not in set(Medium))


def _people(operator: str, people: Sequence[Found]) -> Iterator[tuple[str, str]]:
    """Customers: who wrote by name, where it has a word; whom it went to by address, for names are not looked for there."""
    for found in people:
        addresses = [address.value for address in found.addresses]
        if operator == "to":
            yield from ((address, found.name) for address in addresses)
        elif operator == "from":
            yield (found.name if tokens(found.name) else "".join(addresses[:1])), ", ".join(addresses)
