"""Copies of what we sent that wait to be filed among the sent mail.

A message counts as sent when the mail server has taken it, whatever becomes of the copy. So a copy that cannot be filed
waits, in memory, for the next occasion: the next message that is sent, or the next look for new mail.
"""

import logging
from collections import deque
from threading import Lock

from adapters._imap_sent import Copy, file_copy
from adapters._imap_session import Session
from adapters._imap_wire import Refused
from adapters._mail_account import Settings
from agent_tui.core.language import _

_MOST = 100
_TRIES = 20
_log = logging.getLogger(__name__)


class Copies:
    """The copies of one account; used by the threads that send and by the one that reads."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = Lock()
        self._waiting: deque[Copy] = deque(maxlen=_MOST)
        self._tries: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, copy: Copy) -> None:
        """One more; the oldest goes when there are very many."""
        self._waiting.append(copy)

    def file(self, session: Session) -> bool:
        """File each that can be filed now. True when that was tried: no folder, or another, is open then.

        Raises Lost; the copies then wait on.
        """
        if not self._waiting or not self._lock.acquire(blocking=False):
            return False  # two threads would each find it missing, and file it twice; and nobody waits for the network
        try:
            for copy in tuple(self._waiting):
                if self._is_done(session, copy):
                    self._waiting.remove(copy)
                    self._tries.pop(copy.message_id, None)
        finally:
            self._lock.release()
        return True

    def _is_done(self, session: Session, copy: Copy) -> bool:
        """Filed, or given up after many tries."""
        try:
            if file_copy(self._settings, session, copy):
                return True
            problem = _("there is no folder of sent mail")
        except Refused as error:
            problem = error.problem
        tries = self._tries[copy.message_id] = self._tries.get(copy.message_id, 0) + 1
        if tries in (1, _TRIES):
            what = "is not yet" if tries == 1 else "will not be"
            _log.warning(
                "%s: a sent message %s among the sent mail: %s", self._settings.address.value, what, problem
            )
        return tries >= _TRIES
