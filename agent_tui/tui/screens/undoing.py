"""What the agent did last, and how each is taken back."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from agent_tui.core.language import _
from agent_tui.core.model import Customer, Delivery, Linking
from agent_tui.services.desk import Desk
from agent_tui.tui import when
from agent_tui.tui.safe import line

OFFERED = timedelta(
    seconds=10
)  # how long a decision's undoing is offered on the screen; it can be taken back later too
REMEMBERED = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing done. `leaves`: when it cannot be taken back any more; None: it always can."""

    words: str
    customer_id: str
    at: datetime
    back: Callable[[], Awaitable[object]]
    leaves: datetime | None = None
    reply: bool = False
    key: str = ""  # a reply: its id

    def pending(self, now: datetime) -> bool:
        """Does its countdown still run?"""
        return self.leaves is not None and self.leaves > now


class Undoing:
    """A pile of steps, the last one on top."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._steps: list[Step] = []

    def sent(self, delivery: Delivery, customer_id: str, name: str, planned: str = "") -> None:
        """A reply went to the outbox; one that is `planned` for then can be taken back as long as it is there."""
        told = _("the reply to {name}").format(name=line(name))
        self._push(
            Step(
                words=_("{reply}, planned for {when}").format(reply=told, when=planned) if planned else told,
                customer_id=customer_id,
                at=self._desk.clock.now(),
                back=lambda: self._desk.replies.undo(delivery.id),
                leaves=None if planned else delivery.not_before or delivery.at,
                reply=True,
                key=delivery.id,
            )
        )

    def forget(self, message_id: str) -> None:
        """That reply is no more what it was: it is not taken back from here."""
        self._steps = [step for step in self._steps if step.key != message_id]

    def decided(self, words: str, before: Customer) -> None:
        """A customer was marked as something; `before` is how they stood."""
        now = self._desk.clock.now()
        self._push(
            Step(words=words, customer_id=before.id, at=now, back=lambda: self._desk.inbox.undo(before))
        )

    def decided_all(self, words: str, before: Sequence[Customer]) -> None:
        """Several customers were marked as something; one step takes all of it back."""

        async def back() -> None:
            for customer in before:
                await self._desk.inbox.undo(customer)

        now = self._desk.clock.now()
        self._push(Step(words=words, customer_id=before[0].id, at=now, back=back))

    def linked(self, words: str, linking: Linking) -> None:
        """Two customers were joined, or split."""
        step = Step(
            words=words,
            customer_id=linking.before.id,
            at=self._desk.clock.now(),
            back=lambda: self._desk.joining.undo(linking.id),
        )
        self._push(step)

    def _push(self, step: Step) -> None:
        self._steps = [*self._steps, step][-REMEMBERED:]

    def pop(self) -> Step | None:
        """The last step, to be taken back; a reply that has left is still given, so that the agent is told."""
        return self._steps.pop() if self._steps else None

    def __bool__(self) -> bool:
        return bool(self._steps)

    def words(self, now: datetime) -> str:
        """What undoing takes back, while that is worth a line on the screen."""
        step = self._steps[-1] if self._steps else None
        if step is None:
            return ""
        if step.leaves is not None:
            return (
                _("{words}, leaves in {seconds} s").format(
                    words=step.words, seconds=when.left(step.leaves, now)
                )
                if step.pending(now)
                else ""
            )
        return step.words if now - step.at < OFFERED else ""

    def waiting(self, now: datetime) -> int:
        """How many replies have not left yet."""
        return sum(step.pending(now) for step in self._steps)
