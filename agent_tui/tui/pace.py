"""Python's garbage collector, kept from pausing the screen under the agent's hands.

A whole collection looks at every object there is: some hundred milliseconds by the time a store of 100,000 messages
is open, between a key and its paint. So what is there at the start is never looked at again, whole collections by
chance are rare, and one is made when nobody has typed for a moment. Measured in docs/decisions/0010-no-pauses.md.
"""

import gc
from dataclasses import dataclass, field
from time import monotonic

YOUNG, MIDDLE, WHOLE = 10_000, 50, 1_000  # see gc.set_threshold
QUIET = 3.0  # seconds without a key after which a pause is nobody's
EVERY = 60.0  # seconds between two whole collections


def unhurried() -> None:
    """Collect rarely, and never what is there by now. Called once, when the program is about to be used."""
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, WHOLE)
    gc.enable()


@dataclass(slots=True)
class Pace:
    """When the agent typed last, and when everything was collected last; seconds of the monotonic clock."""

    typed_at: float = field(default_factory=monotonic)
    collected_at: float = field(default_factory=monotonic)

    def typed(self) -> None:
        """She is at it."""
        self.typed_at = monotonic()

    def rest(self) -> bool:
        """Collect everything, if now is the moment for it; was it?"""
        now = monotonic()
        if now - self.typed_at < QUIET or now - self.collected_at < EVERY:
            return False
        gc.collect()
        self.collected_at = now
        return True
