"""How urgent a customer is, and why, in words: waiting time × severity × effort × importance, broken promises above all.

The order itself is the store's (`core.standing.weight`); here the same factors get their names. Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from agent_tui.core.language import N_, _
from agent_tui.core.model import Customer, InboxRow
from agent_tui.core.standing import EFFORTS, QUARTERS, weight

BROKEN = 1_000_000  # what a broken promise adds to the priority


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """One thing waiting time is multiplied with. `reasons`: what is said of a customer where it is not ordinary."""

    key: str  # the field of `Customer`
    name: str
    words: Mapping[int, str]
    times: Mapping[int, float]
    reasons: Mapping[int, str]

    def value(self, customer: Customer | InboxRow) -> int:
        """What it is for a customer."""
        return int(getattr(customer, self.key))

    def effect(self, value: int) -> str:
        """What a value does to the order."""
        times = self.times.get(value, 1.0)
        return (
            _("waiting time counts as it is")
            if times == 1
            else _("waiting time counts × {times:g}").format(times=times)
        )


FACTORS = (
    Factor(
        key="severity",
        name=N_("Severity"),
        words={1: N_("ordinary"), 2: N_("serious"), 3: N_("urgent")},
        times={1: 1, 2: 2, 3: 3},
        reasons={2: N_("serious"), 3: N_("urgent")},
    ),
    Factor(
        key="effort",
        name=N_("Effort"),
        words={1: N_("a quick answer"), 2: N_("ordinary"), 3: N_("a long answer")},
        times={value: quarters / QUARTERS for value, quarters in EFFORTS.items()},
        reasons={1: N_("a quick answer"), 3: N_("a long answer")},
    ),
    Factor(
        key="importance",
        name=N_("Importance"),
        words={1: N_("ordinary"), 2: N_("a good customer"), 3: N_("one of the best")},
        times={1: 1, 2: 2, 3: 3},
        reasons={2: N_("a good customer"), 3: N_("one of the best customers")},
    ),
)
BY_KEY: Mapping[str, Factor] = {factor.key: factor for factor in FACTORS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """A customer in the queue: `priority` is waiting hours × all factors, and `BROKEN` more for a broken promise."""

    row: InboxRow
    priority: float
    reasons: tuple[str, ...]


def weigh(row: InboxRow, now: datetime) -> Queued:
    """How urgent a customer is, and the reasons in words."""
    waited = now - row.waiting_since if row.waiting_since else timedelta(0)
    broken = row.promised_by is not None and row.promised_by <= now
    times = weight(row.importance, row.severity, row.effort) / QUARTERS
    priority = waited / timedelta(hours=1) * times + (BROKEN if broken else 0)
    return Queued(row=row, priority=round(priority, 3), reasons=_reasons(row, waited, now))


def _reasons(row: InboxRow, waited: timedelta, now: datetime) -> tuple[str, ...]:
    reasons = [_promise(row.promised_by, now) if row.promised_by else ""]
    reasons += [_("you wanted to follow up") if row.follow_up else ""]
    reasons += [_("waiting {span}").format(span=span(waited)) if row.waiting_since else ""]
    reasons += [_(factor.reasons.get(factor.value(row), "")) for factor in FACTORS]
    reasons += [_("a planned reply waits for your decision") if row.held else ""]
    reasons += [_("a message did not leave") if row.unsent > row.held else ""]
    return tuple(reason for reason in reasons if reason)


def _promise(by: datetime, now: datetime) -> str:
    return (
        _("promise broken {span} ago").format(span=span(now - by))
        if by <= now
        else _("promised within {span}").format(span=span(by - now))
    )


def silent(row: InboxRow, now: datetime) -> str:
    """How long nothing was said with a customer."""
    return (
        _("nothing said for {span}").format(span=span(now - row.last.at))
        if row.last
        else _("nothing said yet")
    )


def span(length: timedelta) -> str:
    """A length of time in one unit: ``4 min``, ``2 h``, ``3 d``."""
    minutes = max(0, int(length.total_seconds() // 60))
    if minutes < 60:
        return _("{minutes} min").format(minutes=minutes)
    if minutes < 48 * 60:
        return _("{hours} h").format(hours=minutes // 60)
    return _("{days} d").format(days=minutes // (24 * 60))
