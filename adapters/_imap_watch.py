"""Reading an account for ever: history newest first, then whatever arrives, as batches with a cursor.

One thread, one connection. The first folder is watched by IDLE, the others are looked at between two rounds. A batch
is yielded, and being resumed means that it was kept: only then is anything marked at the provider, if at all. When
the connection ends after a good while, as all of them do some day, a new one is made without a word; one that ends
soon is a failure, and told.
"""

import logging
from collections.abc import Generator
from time import monotonic

from adapters._dial import Lifeline
from adapters._imap_looking import Looking, Memory
from adapters._imap_session import connected
from adapters._imap_wire import Lost
from agent_tui.core.channel import Batch

GOOD_WHILE = 60.0
"""Seconds after which the end of a connection is nothing unusual."""

_log = logging.getLogger(__name__)


def watch(memory: Memory, lifeline: Lifeline) -> Generator[Batch, None, None]:
    """Batches, for ever. Raises Unavailable or NeedsPerson."""
    while True:
        began = monotonic()
        try:
            with connected(memory.settings, lifeline) as session:
                yield from Looking(memory, session).run()
        except Lost:
            lifeline.check()
            if monotonic() - began < GOOD_WHILE:
                raise
            _log.info("connecting again to %s", memory.settings.imap.host)
