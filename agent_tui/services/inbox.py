"""The queue: who waits, how urgent it is and why; done, snooze, assign, tag, promise, and their undoing."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from agent_tui.core.clock import Clock
from agent_tui.core.errors import Conflict, Missing, UsageError
from agent_tui.core.model import Activity, Customer, DeliveryState, InboxRow, Position
from agent_tui.core.store import Store, View
from agent_tui.core.text import clean_line
from agent_tui.services.about import Business
from agent_tui.services.timeline import TRIES

IMPORTANCE = {1: "", 2: "a good customer", 3: "one of the best customers"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """A customer in the queue: `priority` is waiting hours × importance, and 1,000,000 more for a broken promise."""

    row: InboxRow
    priority: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many customers wait, and how many of our messages need a look."""

    waiting: int
    failed: int
    unsure: int


class Inbox:
    """Lists of customers and the work of a day on them."""

    def __init__(self, store: Store, clock: Clock, business: Business) -> None:
        self._store = store
        self._clock = clock
        self._agent = business.agent

    async def rows(self, view: View, *, offset: int = 0, limit: int = 50) -> tuple[tuple[Queued, ...], int]:
        """Some customers of a view, most urgent first, and how many there are in all."""
        now = self._clock.now()
        page = await self._store.inbox(view, now, offset=offset, limit=limit)
        return tuple(weigh(row, now) for row in page.rows), page.total

    async def counts(self) -> Counts:
        """The numbers of the status line."""
        page = await self._store.inbox(View(), self._clock.now(), limit=1)
        trouble = await self._store.deliveries({DeliveryState.FAILED, DeliveryState.UNSURE})
        failed = sum(delivery.state is DeliveryState.FAILED for delivery in trouble)
        return Counts(waiting=page.total, failed=failed, unsure=len(trouble) - failed)

    async def done(self, customer_id: str) -> Customer:
        """All said so far is dealt with. Gives the customer as it was, for `undo`."""
        newest = await self._newest(customer_id)
        return await self._change(customer_id, lambda c: _done(c, newest), "done", "marked as done")

    async def reopen(self, customer_id: str) -> Customer:
        """Not done after all."""
        return await self._change(customer_id, lambda c: replace(c, done_upto=None), "reopened", "reopened")

    async def snooze(self, customer_id: str, until: datetime) -> Customer:
        """Out of sight until a moment, or until they write."""
        if until <= self._clock.now():
            raise UsageError("the moment to snooze until has passed", remedy="name one to come")
        newest = await self._newest(customer_id)
        return await self._change(
            customer_id,
            lambda c: replace(c, snoozed_until=until, snoozed_at=newest),
            "snoozed",
            f"snoozed until {until:%Y-%m-%d %H:%M} UTC",
        )

    async def promise(self, customer_id: str, by: datetime) -> Customer:
        """We said that they will hear from us by then."""
        text = f"promised an answer by {by:%Y-%m-%d %H:%M} UTC"
        return await self._change(customer_id, lambda c: replace(c, promised_by=by), "promised", text)

    async def assign(self, customer_id: str, agent: str | None) -> Customer:
        """Whose customer it is to answer; None: anybody's."""
        text = f"assigned to {agent}" if agent else "assigned to nobody"
        return await self._change(customer_id, lambda c: replace(c, assigned_to=agent), "assigned", text)

    async def tag(self, customer_id: str, add: Iterable[str] = (), remove: Iterable[str] = ()) -> Customer:
        """Put tags on, take tags off."""
        on, off = tuple(dict.fromkeys(add)), frozenset(remove)
        text = " ".join([*(f"+{t}" for t in on), *(f"-{t}" for t in sorted(off))])

        def retag(customer: Customer) -> Customer:
            kept = [tag for tag in customer.tags if tag not in off]
            return replace(customer, tags=tuple(dict.fromkeys([*kept, *on])))

        return await self._change(customer_id, retag, "tagged", text)

    async def describe(
        self,
        customer_id: str,
        *,
        name: str | None = None,
        company: str | None = None,
        importance: int | None = None,
    ) -> Customer:
        """Write down what is known of a customer; None leaves a fact as it is. Raises UsageError."""
        said = {"name": name, "company": company, "importance": importance}
        given = {key: value for key, value in said.items() if value is not None}
        if name is not None and not name.strip():
            raise UsageError("a customer needs a name", remedy="write what you call them")
        if importance is not None and importance not in IMPORTANCE:
            raise UsageError(f"importance {importance} is not 1, 2 or 3", remedy="1 ordinary, 2 good, 3 best")
        text = ", ".join(f"{key}: {value}" for key, value in given.items())
        return await self._change(customer_id, lambda c: _described(c, given), "described", text)

    async def read(self, customer_id: str) -> None:
        """Everything up to now has been seen by an agent. Says nothing to the provider."""
        newest = await self._newest(customer_id)
        await self._change(customer_id, lambda c: replace(c, read_upto=newest))

    async def undo(self, before: Customer) -> None:
        """Put back what a call changed, given the customer it returned."""
        await self._change(
            before.id,
            lambda c: replace(before, rev=c.rev, name=c.name, company=c.company, read_upto=c.read_upto),
            "undone",
            "took the last step back",
        )

    async def _newest(self, customer_id: str) -> Position | None:
        page = await self._store.page(customer_id, limit=1)
        return page.entries[-1].position if page.entries else None

    async def _change(
        self, customer_id: str, change: Callable[[Customer], Customer], kind: str = "", text: str = ""
    ) -> Customer:
        """Change a customer, whoever else is changing it, and leave a line in the timeline when `kind` is given."""
        for _ in range(TRIES):
            card = await self._store.card(customer_id, self._clock.now())
            if card is None:
                raise Missing(f"there is no customer {customer_id}")
            before = card.customer
            after = change(before)
            if after == before:
                return before
            try:
                activity = self._activity(before, kind, text)
                await self._store.write([replace(after, rev=before.rev + 1), *activity])
            except Conflict:
                continue
            return before
        raise Conflict("this customer is being changed elsewhere too", remedy="try again")

    def _activity(self, customer: Customer, kind: str, text: str) -> list[Activity]:
        if not kind:
            return []
        made = Activity(
            id=self._clock.new_id(),
            address=customer.address,
            at=self._clock.now(),
            kind=kind,
            text=text,
            author=self._agent,
        )
        return [made]


def _done(customer: Customer, newest: Position | None) -> Customer:
    upto = newest or customer.done_upto or Position(customer.created, "")
    return replace(customer, done_upto=upto, snoozed_until=None, snoozed_at=None, promised_by=None)


def _described(customer: Customer, facts: Mapping[str, str | int]) -> Customer:
    cleaned = {key: value if isinstance(value, int) else clean_line(value) for key, value in facts.items()}
    return replace(customer, **cleaned)  # type: ignore[arg-type]


def weigh(row: InboxRow, now: datetime) -> Queued:
    """How urgent a customer is, and the reasons in words."""
    waited = now - row.waiting_since if row.waiting_since else timedelta(0)
    broken = row.promised_by is not None and row.promised_by <= now
    priority = waited / timedelta(hours=1) * max(row.importance, 1) + (1_000_000 if broken else 0)
    reasons = [_promise(row.promised_by, now) if row.promised_by else ""]
    reasons += [f"waiting {span(waited)}" if row.waiting_since else "", IMPORTANCE.get(row.importance, "")]
    return Queued(row=row, priority=round(priority, 3), reasons=tuple(reason for reason in reasons if reason))


def _promise(by: datetime, now: datetime) -> str:
    return f"promise broken {span(now - by)} ago" if by <= now else f"promised within {span(by - now)}"


def span(length: timedelta) -> str:
    """A length of time in one unit: ``4 min``, ``2 h``, ``3 d``."""
    minutes = max(0, int(length.total_seconds() // 60))
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // (24 * 60)} d"
