"""The queue: who waits, how urgent it is and why; done, snooze, assign, tag, promise, and their undoing."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from agent_tui.core.clock import Clock
from agent_tui.core.errors import Conflict, Missing, UsageError
from agent_tui.core.language import N_, _, english
from agent_tui.core.model import Activity, Customer, DeliveryState, Position
from agent_tui.core.store import Labels, Store, View
from agent_tui.core.text import clean_line
from agent_tui.services import pins, promises
from agent_tui.services.about import Business
from agent_tui.services.timeline import TRIES, fact_of
from agent_tui.services.urgency import BY_KEY, Queued, silent, span, weigh

__all__ = ["Counts", "Inbox", "Queued", "span", "weigh"]


BEST = 5
"""The highest satisfaction; the lowest is 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many customers wait, and how many of our messages need a look."""

    waiting: int
    failed: int
    unsure: int
    held: int = 0  # planned replies that wait for a decision


_KEPT = {
    "name": N_("name: {value}"),
    "company": N_("company: {value}"),
    "importance": N_("importance: {value}"),
    "severity": N_("severity: {value}"),
    "effort": N_("effort: {value}"),
}


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
        queued = tuple(weigh(row, now) for row in page.rows)
        if view.show == "quiet":
            queued = tuple(replace(one, reasons=(silent(one.row, now), *one.reasons)) for one in queued)
        return queued, page.total

    async def counts(self) -> Counts:
        """The numbers of the status line."""
        page = await self._store.inbox(View(), self._clock.now(), limit=1)
        trouble = await self._store.deliveries({DeliveryState.FAILED, DeliveryState.UNSURE})
        unsure = sum(delivery.state is DeliveryState.UNSURE for delivery in trouble)
        held = sum(delivery.held for delivery in trouble)
        return Counts(waiting=page.total, failed=len(trouble) - unsure - held, unsure=unsure, held=held)

    async def done(self, customer_id: str) -> Customer:
        """All said so far is dealt with. Gives the customer as it was, for `undo`."""
        newest = await self._newest(customer_id)
        return await self._change(customer_id, lambda c: _done(c, newest), "done", N_("marked as done"))

    async def reopen(self, customer_id: str) -> Customer:
        """Not done after all."""
        return await self._change(
            customer_id, lambda c: replace(c, done_upto=None), "reopened", N_("reopened")
        )

    async def total(self, view: View) -> int:
        """How many customers a view has."""
        return (await self._store.inbox(view, self._clock.now(), limit=0)).total

    async def labels(self) -> Labels:
        """The tags and agents there are, with how many customers have each."""
        return await self._store.labels()

    async def snooze(self, customer_id: str, until: datetime | None) -> Customer:
        """Out of sight until a moment, or until they write: whichever is first; None: until they write."""
        if until is not None and until <= self._clock.now():
            raise UsageError(_("the moment to snooze until has passed"), remedy=_("name one to come"))
        at = await self._newest(customer_id)
        text = (
            _("snoozed until {until:%Y-%m-%d %H:%M} UTC").format(until=until)
            if until
            else N_("snoozed until they write")
        )
        return await self._change(
            customer_id, lambda c: _snoozed(c, until, at, follow_up=False), "snoozed", text
        )

    async def follow_up(self, customer_id: str, by: datetime) -> Customer:
        """Remind us to ask again, if they have not written by then. Raises UsageError while they wait for us."""
        now = self._clock.now()
        if by <= now:
            raise UsageError(_("the moment to follow up has passed"), remedy=_("name one to come"))
        card = await self._store.card(customer_id, now)
        if card is not None and card.waiting_since is not None:
            raise UsageError(
                _("{name} waits for an answer").format(name=card.customer.name),
                remedy=_("answer first, or snooze"),
            )
        at = await self._newest(customer_id)
        text = _("will follow up, if they do not write by {by:%Y-%m-%d %H:%M} UTC").format(by=by)
        return await self._change(
            customer_id, lambda c: _snoozed(c, by, at, follow_up=True), "follow_up", text
        )

    async def promise(self, customer_id: str, by: datetime) -> Customer:
        """We said that they will hear from us by then."""
        text = _("promised an answer by {by:%Y-%m-%d %H:%M} UTC").format(by=by)
        at = Position(self._clock.now(), "")
        return await self._change(customer_id, lambda c: promises.begun(c, by, at), "promised", text)

    async def assign(self, customer_id: str, agent: str | None) -> Customer:
        """Whose customer it is to answer; None: anybody's."""
        text = _("assigned to {agent}").format(agent=agent) if agent else N_("assigned to nobody")
        return await self._change(customer_id, lambda c: replace(c, assigned_to=agent), "assigned", text)

    async def tag(self, customer_id: str, add: Iterable[str] = (), remove: Iterable[str] = ()) -> Customer:
        """Put tags on, take tags off."""
        on, off = tuple(dict.fromkeys(add)), frozenset(remove)
        text = " ".join([*(f"+{t}" for t in on), *(f"-{t}" for t in sorted(off))])

        def retag(customer: Customer) -> Customer:
            kept = [tag for tag in customer.tags if tag not in off]
            return replace(customer, tags=tuple(dict.fromkeys([*kept, *on])))

        return await self._change(customer_id, retag, "tagged", text)

    async def rate(self, customer_id: str, satisfaction: int) -> Customer:
        """How content they said they are, from 1, not at all, to 5, very. Raises UsageError."""
        if not 1 <= satisfaction <= BEST:
            raise UsageError(
                _("satisfaction {satisfaction} is not 1 to {best}").format(
                    satisfaction=satisfaction, best=BEST
                ),
                remedy=_("1 not at all, {best} very").format(best=BEST),
            )
        now = self._clock.now()
        text = _("satisfaction: {satisfaction} of {best}").format(satisfaction=satisfaction, best=BEST)
        return await self._change(
            customer_id, lambda c: replace(c, satisfaction=satisfaction, satisfaction_at=now), "rated", text
        )

    async def pin(self, customer_id: str, text: str, entry_id: str = "") -> Customer:
        """They told us: keep it on the card, with the entry of theirs it came from. Raises UsageError, Missing."""
        if entry_id:
            await self._check_entry(customer_id, entry_id)
        return await self._change(customer_id, lambda c: pins.pinned(c, text, entry_id), "pinned", text)

    async def unpin(self, customer_id: str, text: str) -> Customer:
        """It is not so any more. Raises UsageError."""
        return await self._change(customer_id, lambda c: pins.unpinned(c, text), "unpinned", text)

    async def _check_entry(self, customer_id: str, entry_id: str) -> None:
        fact = await fact_of(self._store, entry_id)
        if fact is None or await self._store.resolve(fact.address) != customer_id:
            raise Missing(
                _("they have no entry {entry_id}").format(entry_id=entry_id),
                remedy=_("use an id that show WHO --json gave"),
            )

    async def describe(
        self,
        customer_id: str,
        *,
        name: str | None = None,
        company: str | None = None,
        importance: int | None = None,
        severity: int | None = None,
        effort: int | None = None,
    ) -> Customer:
        """Write down what is known of a customer; None leaves a fact as it is. Raises UsageError."""
        factors = {"importance": importance, "severity": severity, "effort": effort}
        said: dict[str, str | int | None] = {"name": name, "company": company, **factors}
        given = {key: value for key, value in said.items() if value is not None}
        if name is not None and not name.strip():
            raise UsageError(_("a customer needs a name"), remedy=_("write what you call them"))
        for key, value in factors.items():
            if value is not None and value not in BY_KEY[key].words:
                words = ", ".join(f"{n} {_(word)}" for n, word in BY_KEY[key].words.items())
                raise UsageError(
                    _("{key} {value} is not 1, 2 or 3").format(key=key, value=value), remedy=words
                )
        text = "; ".join(_KEPT[key].format(value=value) for key, value in given.items())
        return await self._change(customer_id, lambda c: _described(c, given), "described", text)

    async def read(self, customer_id: str) -> None:
        """Everything up to now has been seen by an agent. Says nothing to the provider."""
        newest = await self._newest(customer_id)
        await self._change(customer_id, lambda c: replace(c, read_upto=newest))

    async def unread(self, customer_id: str) -> Customer:
        """Their newest message, and what came after it, counts as new again; once more: as read."""
        card = await self._store.card(customer_id, self._clock.now())
        if card is not None and card.unread:
            before = card.customer
            await self.read(customer_id)
            return before
        if card is None or card.last_in is None:
            raise UsageError(_("they have not written yet"), remedy=_("there is nothing to read"))
        at = Position(card.last_in.at - timedelta(milliseconds=1), "")
        return await self._change(customer_id, lambda c: replace(c, read_upto=at))

    async def undo(self, before: Customer) -> None:
        """Put back what a call changed, given the customer it returned."""
        await self._change(
            before.id,
            lambda c: replace(before, rev=c.rev, name=c.name, company=c.company, read_upto=c.read_upto),
            "undone",
            N_("took the last step back"),
        )

    async def _newest(self, customer_id: str) -> Position | None:
        page = await self._store.page(customer_id, limit=1)
        return page.entries[-1].position if page.entries else None

    async def _change(
        self, customer_id: str, change: Callable[[Customer], Customer], kind: str = "", text: str = ""
    ) -> Customer:
        """Change a customer, whoever else is changing it, and leave a line in the timeline when `kind` is given."""
        for _round in range(TRIES):
            card = await self._store.card(customer_id, self._clock.now())
            if card is None:
                raise Missing(_("there is no customer {customer_id}").format(customer_id=customer_id))
            before = card.customer
            after = change(before)
            if after == before:
                return before
            try:
                activity = [*self._activity(before, kind, text), *self._late(before, after)]
                await self._store.write([replace(after, rev=before.rev + 1), *activity])
            except Conflict:
                continue
            return before
        raise Conflict(_("this customer is being changed elsewhere too"), remedy=_("try again"))

    def _late(self, before: Customer, after: Customer) -> list[Activity]:
        """A promise that is let go after its time was broken, whether or not anybody had noticed yet."""
        by = before.promised_by
        let_go = by is not None and after.promised_by != by and by <= self._clock.now()
        return [promises.broken(before, by)] if by is not None and let_go else []

    def _activity(self, customer: Customer, kind: str, text: str) -> list[Activity]:
        if not kind:
            return []
        made = Activity(
            id=self._clock.new_id(),
            address=customer.address,
            at=self._clock.now(),
            kind=kind,
            text=english(text),
            author=self._agent,
        )
        return [made]


def _done(customer: Customer, newest: Position | None) -> Customer:
    upto = newest or customer.done_upto or Position(customer.created, "")
    return promises.cleared(
        replace(customer, done_upto=upto, snoozed_until=None, snoozed_at=None, follow_up=False)
    )


def _snoozed(customer: Customer, until: datetime | None, at: Position | None, *, follow_up: bool) -> Customer:
    """Until a moment or until they write; `at` is the newest thing said."""
    place = at or (Position(customer.created, "") if until is None else None)
    return replace(customer, snoozed_until=until, snoozed_at=place, follow_up=follow_up)


def _described(customer: Customer, facts: Mapping[str, str | int]) -> Customer:
    cleaned = {key: value if isinstance(value, int) else clean_line(value) for key, value in facts.items()}
    return replace(customer, **cleaned)  # type: ignore[arg-type]
